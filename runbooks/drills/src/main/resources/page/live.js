import { Curves } from "/charts.js";

const TABLE_ROWS = 12;
const ROW_SECONDS = 10;
const KEPT_SAMPLES = 600;
const RETRY_MILLIS = 2000;

const byId = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="token"]').content;
const buttons = [...document.querySelectorAll("button[data-order]")];
const curves = new Curves(byId("curves"));
let samples = [];
let run;
let connected = false;

const whole = (value) => Math.round(value).toLocaleString("en");
const plural = (count, noun) => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
const arrows = (text) => text.replaceAll("->", "→");
const shortId = (id) => id.replace(/^i-0*/, "i-…");

function clock(second) {
  const all = Math.max(0, Math.floor(second));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  const seconds = String(all % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  const { state, kind, ...others } = properties;
  Object.assign(made, others);
  if (state !== undefined) made.dataset.state = state;
  if (kind !== undefined) made.dataset.kind = kind;
  made.append(...children);
  return made;
}

/** Text is only written when it differs: a screen reader speaks of changes, and a second is none. */
function say(target, text, state) {
  if (target.textContent !== text) target.textContent = text;
  if (state !== undefined && target.dataset.state !== state) target.dataset.state = state;
}

/** Keeps the elements of a list in step with items, newest or first on top; unchanged ones stay. */
function keep(list, items, key, make) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const id = String(key(item));
    let child = old.get(id);
    old.delete(id);
    if (child === undefined) {
      child = make(item);
      child.dataset.key = id;
    }
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  old.forEach((child) => child.remove());
}

function tile(id, state, figure, unit, share, note) {
  const box = byId(id);
  box.dataset.state = state;
  box.querySelector(".figure").replaceChildren(figure, element("small", { textContent: unit }));
  box.querySelector(".bar span").style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  say(box.querySelector(".note"), note);
}

function showTiles({ traffic, fleet }) {
  const { demand, capacity, p95Millis: p95, budgetMillis: budget, total, recent } = traffic;
  tile("tile-demand", demand > capacity * 1.05 ? "bad" : "good", demand.toFixed(0), "requests/s",
    capacity > 0 ? demand / capacity : 1, `capacity ${whole(capacity)}, ${whole(traffic.ratePerTask)} a task`);
  tile("tile-p95", p95 === null ? "wait" : p95 > budget ? "bad" : "good", p95 === null ? "–" : whole(p95), "ms",
    p95 === null ? 0 : p95 / budget, p95 > budget ? `over the budget of ${budget} ms` : `budget ${budget} ms`);
  const pending = fleet.hosts.flatMap((host) => host.tasks).filter((task) => task.state === "PENDING" || task.state === "LOADING").length;
  tile("tile-tasks", fleet.tasksServing < fleet.tasksWanted ? "wait" : "good", whole(fleet.tasksServing), `of ${fleet.tasksWanted} wanted`,
    fleet.tasksServing / Math.max(1, fleet.tasksWanted), `${pending} starting, ${fleet.withoutHost} without a host`);
  const booting = fleet.hosts.filter((host) => host.state === "BOOTING").length;
  tile("tile-hosts", fleet.hostsDenied > 0 ? "bad" : fleet.hostsReady < fleet.hostsAsked ? "wait" : "good", whole(fleet.hostsReady), `of ${fleet.hostsAsked} asked`,
    fleet.hostsReady / Math.max(1, fleet.hostsAsked),
    fleet.hostsDenied > 0 ? `${fleet.hostsDenied} not to be had` : `${booting + fleet.hostsOrdered} on the way, at most ${fleet.hostsMost}`);
  const lost = total.refused + total.failed, lately = recent.refused + recent.failed;
  tile("tile-lost", lately > 0 ? "bad" : lost > 0 ? "past" : "good", whole(lost), `of ${whole(total.sent)}`, total.sent > 0 ? lost / total.sent : 0,
    lately > 0 ? `${lately} in the last 10 s` : "none in the last 10 s");
}

function headline({ traffic, fleet, brain, switches }) {
  const first = `${whole(traffic.demand)} requests/s need ${plural(fleet.tasksWanted, "task")}; ${fleet.tasksServing} serve${fleet.tasksServing === 1 ? "s" : ""} on ${plural(fleet.hostsReady, "host")}.`;
  const dead = fleet.hosts.filter((host) => host.state === "DEAD").length;
  const others = [
    dead > 0 && `${plural(dead, "host")} died.`,
    fleet.hostsDenied > 0 ? "EC2 has no host to give." : switches.noCapacity && "EC2 has no more hosts.",
    brain.heldFor !== null && "The brain is on hold.",
  ].filter(Boolean);
  return [first, ...others].join(" ");
}

const HOST_STATES = { BOOTING: "booting", READY: "ready", DRAINING: "draining", ENDING: "shutting down", DEAD: "dead, not noticed yet", ORDERED: "ordered", DENIED: "EC2 has none" };
const TASK_STATES = { PENDING: "PENDING", LOADING: "loading its model", SERVING: "serving", STOPPING: "stopping" };

function slots(host) {
  const taken = host.tasks.map((task) =>
    element("li", { className: "slot", state: task.state }, element("b", { textContent: task.id }),
      element("span", { textContent: `${TASK_STATES[task.state]}, ${task.revision}${task.gpus > 1 ? `, ${task.gpus} GPUs` : ""}` })));
  const free = host.state === "READY"
    ? Array.from({ length: host.freeGpus }, () => element("li", { className: "slot", state: "FREE" }, element("span", { textContent: "free GPU" })))
    : [];
  const none = taken.length + free.length === 0 ? [element("li", { className: "slot", state: "NONE" }, element("span", { textContent: host.gpus === 0 ? "no GPU reported" : plural(host.gpus, "GPU") }))] : [];
  return [...taken, ...free, ...none];
}

function hostBox() {
  return element("li", { className: "host" },
    element("p", { className: "head" }, element("b"), element("span")), element("ul", { className: "slots" }), element("p", { className: "state" }));
}

function showHosts({ fleet }) {
  const ghosts = (count, state) => Array.from({ length: count }, (_, i) => ({ id: `${state}-${i}`, name: "a host", zone: "", state, gpus: 1, freeGpus: 0, tasks: [] }));
  const hosts = [...fleet.hosts, ...ghosts(fleet.hostsOrdered, "ORDERED"), ...ghosts(fleet.hostsDenied, "DENIED")];
  const list = byId("hosts");
  keep(list, hosts, (host) => host.id, hostBox);
  hosts.forEach((host, i) => {
    const box = list.children[i];
    const shown = JSON.stringify([host.state, host.gpus, host.freeGpus, host.tasks]);
    say(box.querySelector(".state"), host.state === "BOOTING" ? `booting for ${Math.floor(host.age)} s` : HOST_STATES[host.state]);
    if (box.dataset.shown === shown) return;
    box.dataset.shown = shown;
    box.dataset.state = host.state;
    say(box.querySelector(".head b"), host.name ?? shortId(host.id));
    say(box.querySelector(".head span"), host.zone);
    box.querySelector(".slots").replaceChildren(...slots(host));
  });
  const asked = fleet.withoutHost, later = Math.max(0, fleet.tasksWanted - fleet.tasksAsked);
  const waiting = [
    asked > 0 && [`asked`, `${plural(asked, "task")} PENDING, without a host${fleet.prolonged > 0 ? `; none is on its way for ${fleet.prolonged}` : ""}`],
    later > 0 && [`later`, `${plural(later, "task")} to be asked for when a host is ready`],
  ].filter(Boolean);
  keep(byId("waiting"), waiting, ([key, text]) => key + text, ([, text]) => element("li", { textContent: text }));
}

function showDeployment({ deployments, rolledBack }) {
  const target = byId("deployment");
  const [newest] = deployments;
  const over = newest.state !== "IN_PROGRESS";
  if (rolledBack !== null) {
    say(target, over ? `${newest.revision} is deployed; ${rolledBack} was rolled back` : `${rolledBack} is rolled back to ${newest.revision}`, "bad");
  } else if (over) {
    say(target, `${newest.revision} is deployed`, "done");
  } else if (newest.stuck !== null) {
    say(target, `${newest.revision} is stuck: it ${newest.stuck}. Nothing ends that by itself: roll back, or give it a host.`, "bad");
  } else {
    say(target, `${newest.revision} is being deployed${newest.failedTasks > 0 ? `, ${plural(newest.failedTasks, "task")} failed` : ""}`, "wait");
  }
}

function decision(made) {
  const acted = made.done.length > 0;
  return element("li", { className: made.failed ? "failed" : acted ? "acted" : "" },
    element("p", { className: "by" }, element("time", { textContent: clock(made.second) }), ` ${arrows(made.trigger)}`),
    element("p", { className: "done", textContent: acted ? arrows(made.done.join(", ")) : made.failed ? "nothing done" : "nothing to do" }),
    element("ul", {}, ...made.reasons.map((reason) => element("li", { textContent: reason }))));
}

function happened(event) {
  return element("li", { kind: event.kind }, element("time", { textContent: clock(event.second) }), element("span", { textContent: arrows(event.text) }));
}

function showBrain({ brain, second }) {
  const held = brain.heldFor !== null;
  const minutes = held && brain.heldFor >= 90 ? `${Math.round(brain.heldFor / 60)} min` : `${Math.ceil(brain.heldFor)} s`;
  say(byId("brain"), held ? `on hold, ${minutes}` : brain.lookedAt === null ? "starting" : "acting", held ? "held" : brain.lookedAt === null ? "waiting" : "acting");
  const ago = brain.lookedAt === null ? "" : `Looked ${Math.max(0, Math.round(second - brain.lookedAt))} s ago. `;
  say(byId("look"), ago + arrows(brain.lastLook));
  byId("look").title = brain.lastLook;
}

function showSwitches({ switches }) {
  const states = { surge: switches.surge, "no-capacity": switches.noCapacity };
  buttons.forEach((button) => {
    const on = states[button.dataset.order];
    if (on !== undefined && button.getAttribute("aria-pressed") !== String(on)) button.setAttribute("aria-pressed", String(on));
  });
}

function showTable() {
  const rows = samples.filter((_, i) => (samples.length - 1 - i) % ROW_SECONDS === 0).slice(-TABLE_ROWS).reverse();
  keep(byId("table"), rows, (sample) => sample.second, (s) =>
    element("tr", {}, ...[clock(s.second), s.demand.toFixed(0), s.capacity.toFixed(0), s.p95Millis === null ? "–" : whole(s.p95Millis), s.tasksServing, s.tasksWanted, s.hostsReady, s.hostsAsked]
      .map((value) => element("td", { textContent: value }))));
}

function sampleOf({ second, traffic, fleet }) {
  return { second, demand: traffic.demand, capacity: traffic.capacity, p95Millis: traffic.p95Millis, tasksServing: fleet.tasksServing, tasksWanted: fleet.tasksWanted, hostsReady: fleet.hostsReady, hostsAsked: fleet.hostsAsked };
}

function show(snapshot) {
  if (run !== undefined && run !== snapshot.run) {
    location.reload();
    return;
  }
  run = snapshot.run;
  say(byId("clock"), clock(snapshot.second));
  say(byId("headline"), headline(snapshot));
  showTiles(snapshot);
  showHosts(snapshot);
  showDeployment(snapshot);
  showBrain(snapshot);
  showSwitches(snapshot);
  keep(byId("decisions"), snapshot.decisions, (made) => made.number, decision);
  keep(byId("events"), snapshot.events, (event) => event.number, happened);
  if (samples.length === 0 || samples.at(-1).second < snapshot.second) samples.push(sampleOf(snapshot));
  samples = samples.slice(-KEPT_SAMPLES);
  showTable();
  curves.draw(samples, snapshot.traffic.budgetMillis, snapshot.decisions.filter((made) => made.done.length > 0));
}

function connection(live) {
  connected = live;
  say(byId("connection"), live ? "live" : "lost, trying again", live ? "live" : "lost");
  document.body.toggleAttribute("data-stale", !live);
  buttons.forEach((button) => button.setAttribute("aria-disabled", String(!live)));
}

function listen() {
  const events = new EventSource("/events");
  events.addEventListener("open", () => connection(true));
  events.addEventListener("history", (event) => { samples = JSON.parse(event.data).samples; });
  events.addEventListener("snapshot", (event) => show(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    connection(false);
    // A browser does not come back by itself after an answer other than 200.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MILLIS);
  });
  // A page that is left lets its stream go at once.
  addEventListener("pagehide", () => events.close(), { once: true });
}

async function place(button) {
  if (!connected || button.getAttribute("aria-busy") === "true") return;
  const pressed = button.getAttribute("aria-pressed") === "true";
  const order = pressed ? button.dataset.undo : button.dataset.order;
  const name = button.querySelector("b").textContent;
  button.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`/orders/${order}`, { method: "POST", headers: { "X-Lockstep-Token": token } });
    const { done, answer } = response.ok ? await response.json() : { done: false, answer: await response.text() };
    say(byId("answer"), `${name}: ${arrows(answer)}`, done ? "done" : "declined");
    if (done && button.dataset.undo) button.setAttribute("aria-pressed", String(!pressed));
  } catch {
    say(byId("answer"), `${name}: no answer, the stack is not running`, "declined");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

buttons.forEach((button) => button.addEventListener("click", () => place(button)));
listen();
