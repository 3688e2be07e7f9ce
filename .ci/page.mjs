// Uses the live page as a person does, in headless Chromium: every button by mouse or keyboard, light and dark, with
// axe's rules of accessibility, and nothing asked of anybody but this machine. The live stack runs already, without its surge.
// usage: node page.mjs http://localhost:PORT/ NODE_MODULES_DIR [DIRECTORY_FOR_SCREENSHOTS]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const [address, modules, pictures] = process.argv.slice(2);
const need = createRequire(resolve(modules, "package.json"));
const { chromium } = need("playwright-core");
const axe = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");
const origin = new URL(address).origin;
const problems = [];
const started = Date.now();
const expect = (what, holds) => { if (!holds) problems.push(what); };
const step = (what) => console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${what}`);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Console errors, a broken policy and foreign requests count from the first moment on. */
async function open(colorScheme) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1130 }, colorScheme });
  page.setDefaultTimeout(100_000);
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) problems.push(`${colorScheme}: console: ${message.text()}`); });
  page.on("pageerror", (error) => problems.push(`${colorScheme}: ${error}`));
  page.on("request", (request) => { if (new URL(request.url()).origin !== origin) problems.push(`${colorScheme}: asks ${request.url()}`); });
  await page.goto(address);
  await page.locator('#connection[data-state="live"]').waitFor();
  await page.locator("#hosts .host").first().waitFor();
  return page;
}

async function accessible(page, when) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations
    .map((broken) => `${broken.id}: ${broken.nodes.map((node) => `${node.target} ${node.any.map((any) => any.message)}`).join(" | ")}`));
  found.forEach((broken) => problems.push(`${when}: axe: ${broken}`));
}

const button = (page, order) => page.locator(`button[data-order="${order}"]`);
const pressed = (page, order, state) => page.locator(`button[data-order="${order}"][aria-pressed="${state}"]`).waitFor();
const answer = (page, text) => page.locator("#answer", { hasText: text }).waitFor();
const decided = (page, text) => page.locator("#decisions > li", { hasText: text }).first().waitFor();
const serving = (page, count) => page.waitForFunction((n) => document.querySelectorAll('.slot[data-state="SERVING"]').length >= n, count);
const host = (page, state) => page.locator(`.host[data-state="${state}"]`).first().waitFor();

const page = await open("light");
await serving(page, 2);
step("two tasks serve");

// A keyboard alone: the first stop skips to the buttons, then they come in their order.
await page.keyboard.press("Tab");
expect("the first stop of the keyboard is the way to the buttons", await page.locator(".skip").evaluate((link) => link === document.activeElement));
await page.keyboard.press("Enter");
const orders = [];
for (let i = 0; i < 8; i++) {
  await page.keyboard.press("Tab");
  orders.push(await page.evaluate(() => document.activeElement.dataset.order));
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  expect(`the focus is to be seen on ${orders[i]}`, outline !== "none");
}
expect(`the buttons come in their order, not ${orders}`, orders.join() === "surge,kill-host,no-capacity,bad-deployment,roll-back,observe,hold,release");
for (const region of ["Decisions, and why", "What happened"]) {
  await page.keyboard.press("Tab");
  const label = await page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-labelledby"))?.textContent);
  expect(`after the buttons comes '${region}', not '${label}'`, label === region);
}
step("the keyboard reaches everything");

// The brain, by keyboard.
await button(page, "observe").focus();
await page.keyboard.press("Enter");
await answer(page, "Ask the brain: manual observe");
await decided(page, "manual observe");
await button(page, "hold").focus();
await page.keyboard.press("Space");
await answer(page, "Hold: manual hold");
await page.locator('#brain[data-state="held"]').waitFor();
await button(page, "release").focus();
await page.keyboard.press("Enter");
await answer(page, "Release: manual release");
await page.locator('#brain[data-state="acting"]').waitFor();
step("the brain answered, held and let go");

// No capacity, and users who need it.
await button(page, "no-capacity").click();
await pressed(page, "no-capacity", true);
await button(page, "surge").focus();
await page.keyboard.press("Enter");
await pressed(page, "surge", true);
await answer(page, "28 requests a second more");
await decided(page, /hosts 2 → [3-8]/);
await host(page, "DENIED");
await page.locator('#events li[data-kind="TROUBLE"]', { hasText: "launch failed" }).first().waitFor();
step("the brain orders hosts, and EC2 has none");
await accessible(page, "light, without capacity");

// A revision that finds no GPU to begin on cannot fail either: it is stuck, which is said, and somebody stops it.
await button(page, "bad-deployment").click();
await answer(page, /Bad deployment: embed:2 is deployed/);
await page.locator('#deployment[data-state="bad"]', { hasText: "embed:2 is stuck: it needs a GPU beside those that serve, and EC2 has no host to give" }).waitFor();
await button(page, "roll-back").click();
await answer(page, "Roll back: embed:2 is stopped and rolled back");
await page.locator("#deployment", { hasText: "embed:1 is deployed; embed:2 was rolled back" }).waitFor();
await button(page, "roll-back").click();
await answer(page, "Roll back: nothing is being deployed");
step("a deployment without a host was stuck, and rolled back by hand");
await button(page, "no-capacity").click();
await pressed(page, "no-capacity", false);

// Meanwhile a second browser in the dark.
const dark = await open("dark");
const background = await dark.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0]);
expect("the dark page is dark", background < 60);
expect("the light page is light", await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0]) > 200);
expect("who comes late sees the curves so far", (await dark.locator("#table tr").count()) > 1);
await accessible(dark, "dark");
step("a second browser sees the same in the dark");

// Another site has no chance, not even from this browser.
const foreign = await page.evaluate(async (url) => (await fetch(`${url}orders/surge`, { method: "POST" })).status, address);
expect(`an order without the token is refused, not ${foreign}`, foreign === 403);
problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("status of 403")));

// Small screens, and large letters.
await dark.setViewportSize({ width: 390, height: 844 });
const wide = await dark.evaluate(() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => `${one.tagName} ${one.id} ${one.className}`));
expect(`a small screen needs sideways scrolling for ${wide.slice(0, 5).join(", ")}`, wide.length === 0);
await accessible(dark, "dark and small");
await dark.close();
step("another site is kept out, and a small screen is enough");

await host(page, "BOOTING");
await serving(page, 5);
await decided(page, /tasks [2-4] → [3-8]/);
expect("capacity is said to a screen reader", /demand \d+ and capacity \d+ requests a second/.test(await page.locator("#curves").getAttribute("aria-label")));
step("hosts came, and five tasks serve");

// A revision whose model cannot be loaded.
await button(page, "bad-deployment").click();
await answer(page, /Bad deployment: embed:3 is deployed/);
await page.locator("#deployment", { hasText: "embed:3 is being deployed" }).waitFor();
await button(page, "bad-deployment").click();
await answer(page, "still being deployed");
expect("a declined order looks declined", (await page.locator("#answer").getAttribute("data-state")) === "declined");
await page.locator("#deployment", { hasText: "embed:1 is deployed; embed:3 was rolled back" }).waitFor();
await page.locator("#events li", { hasText: "FAILED: circuit breaker" }).waitFor();
expect("the good revision went on serving", (await page.locator('.slot[data-state="SERVING"]').count()) >= 5);
step("the bad deployment was rolled back");

await button(page, "kill-host").click();
await host(page, "DEAD");
await answer(page, /Kill a host: host i-\w+ died, with task-/);
step("a host died");
if (pictures) await photograph(page);
await button(page, "surge").click();
await pressed(page, "surge", false);
await answer(page, "the surge is over");

// Closed and opened again.
await page.close();
const again = await open("light");
expect("the page comes back with what it had", (await again.locator("#decisions > li").count()) > 3 && (await again.locator("#table tr").count()) > 3);
step("closed, and opened again");

async function photograph(shown) {
  for (const colorScheme of ["light", "dark"]) {
    await shown.emulateMedia({ colorScheme });
    await shown.waitForTimeout(1500);
    await shown.screenshot({ path: `${pictures}/live-${colorScheme}.png`, fullPage: true });
  }
  await shown.emulateMedia({ colorScheme: "light" });
}

await browser.close();
problems.forEach((problem) => console.error(problem));
console.log(problems.length === 0 ? "the page does what it says" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
