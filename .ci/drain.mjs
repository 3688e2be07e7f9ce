// Ends a loaded server by SIGTERM and holds it to its word: every request that was sent before the signal gets its answer.
// What is sent afterwards is answered or turned away: a load balancer has taken the task out before ECS sends the signal.
// usage: node drain.mjs PORT CLIENTS PID
import http from 'node:http';

const [port, clients, pid] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true });
const body = JSON.stringify({ model: 'all-MiniLM-L6-v2', input: 'The parcel was left at the wrong door again.' });
const counts = { before: 0, inFlight: 0, after: 0, turnedAway: 0 };
const reasons = {};
const lost = [];
let signalled = false;

function ask() {
  return new Promise((resolve) => {
    const failed = (problem) => resolve(problem.code ?? String(problem));
    const request = http.request(
      { host: '127.0.0.1', port, path: '/v1/embeddings', method: 'POST', agent,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
        response.on('error', failed);
      });
    request.on('error', failed);
    request.end(body);
  });
}

// One client: it asks, waits for the answer, and asks again, until it is turned away.
async function client() {
  for (;;) {
    const sentBefore = !signalled;
    const outcome = await ask();
    const answered = [200, 429, 503].includes(outcome);
    if (answered && !signalled) counts.before++;
    else if (answered && sentBefore) counts.inFlight++;
    else if (answered) counts.after++;
    else if (sentBefore) { lost.push(outcome); return; }
    else { counts.turnedAway++; reasons[outcome] = (reasons[outcome] ?? 0) + 1; return; }
  }
}

const alive = () => { try { return process.kill(pid, 0); } catch { return false; } };
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

const all = Array.from({ length: clients }, client);
await pause(3000);
process.kill(pid, 'SIGTERM');
signalled = true;
const start = Date.now();
while (alive() && Date.now() - start < 60_000) await pause(10);
const seconds = ((Date.now() - start) / 1000).toFixed(1);
await Promise.all(all);
console.log(`${clients} clients: ${counts.before} requests answered before the signal, ${counts.inFlight} under way when it came and answered, `
  + `${lost.length} lost; ${counts.after} sent after it and answered, ${counts.turnedAway} turned away ${JSON.stringify(reasons)}; ended after ${seconds} s`);
if (lost.length > 0) console.log('lost:', lost.join(' '));
process.exit(counts.before > 0 && counts.inFlight > 0 && lost.length === 0 && !alive() ? 0 : 1);
