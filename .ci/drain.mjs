// Ends a loaded server and holds it to its word: whatever it accepted it answers.
// usage: node drain.mjs PORT CLIENTS COMMAND...   the command ends the server, and returns when it has ended
import { execFile } from 'node:child_process';
import http from 'node:http';

const [port, clients, command, ...rest] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true });
const body = JSON.stringify({ model: 'all-MiniLM-L6-v2', input: 'The parcel was left at the wrong door again.' });
const before = { served: 0, refused: 0 };
const after = { served: 0, refused: 0, closed: 0, lost: [] };
let ending = false;

function ask() {
  return new Promise((resolve) => {
    const request = http.request(
      { host: '127.0.0.1', port, path: '/v1/embeddings', method: 'POST', agent,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
        response.on('error', (problem) => resolve(problem.code ?? String(problem)));
      });
    request.on('error', (problem) => resolve(problem.code ?? String(problem)));
    request.end(body);
  });
}

// One client: it asks, waits for the answer, and asks again, until nobody listens any more.
async function client() {
  for (;;) {
    const outcome = await ask();
    const count = ending ? after : before;
    if (outcome === 200) count.served++;
    else if (outcome === 429 || outcome === 503) count.refused++;
    else if (outcome === 'ECONNREFUSED' && ending) { after.closed++; return; }
    else { after.lost.push(outcome); return; }
  }
}

const all = Array.from({ length: Number(clients) }, client);
await new Promise((resolve) => setTimeout(resolve, 3000));
ending = true;
const signalled = Date.now();
await new Promise((resolve, reject) => execFile(command, rest, (problem, _, said) => (problem ? reject(new Error(said)) : resolve())));
const seconds = (Date.now() - signalled) / 1000;
await Promise.all(all);
console.log(`${clients} clients: ${before.served} served and ${before.refused} refused before the signal, `
  + `${after.served} served and ${after.refused} refused after it, ${after.lost.length} lost, ended after ${seconds.toFixed(1)} s`);
if (after.lost.length > 0) console.log('lost:', after.lost.join(' '));
process.exit(before.served > 0 && after.lost.length === 0 && after.closed === Number(clients) ? 0 : 1);
