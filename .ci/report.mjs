// Opens a report of the drills in headless Chromium and checks that it stands on its own feet.
// usage: node report.mjs REPORT.html PLAYWRIGHT_CORE_DIR [FRONTIER.svg]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { writeFileSync } from "node:fs";

const [report, modules, svgFile] = process.argv.slice(2);
const { chromium } = createRequire(resolve(modules, "package.json"))("playwright-core");
const problems = [];
const expect = (what, holds) => { if (!holds) problems.push(what); };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

for (const colorScheme of ["light", "dark"]) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 }, colorScheme });
  page.on("console", (message) => { if (message.type() === "error") problems.push(`${colorScheme}: console: ${message.text()}`); });
  page.on("pageerror", (error) => problems.push(`${colorScheme}: ${error}`));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) problems.push(`${colorScheme}: asks the network for ${request.url()}`); });
  await page.goto(pathToFileURL(resolve(report)).href);

  const paths = async (chart) => page.locator(`#${chart} svg path[stroke]:not([stroke="none"])`).count();
  expect(`${colorScheme}: the frontier has lines`, (await paths("frontier")) > 20);
  expect(`${colorScheme}: the timeline has lines`, (await paths("timeline")) > 8);
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const brightness = background.match(/\d+/g).map(Number)[0];
  expect(`${colorScheme}: the page is ${colorScheme}`, colorScheme === "dark" ? brightness < 60 : brightness > 200);

  if (colorScheme === "light") {
    if (svgFile) {
      writeFileSync(svgFile, await page.locator("#frontier svg").first().evaluate((svg) => {
        svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        svg.setAttribute("style", "background:#ffffff");
        return svg.outerHTML;
      }));
    }
    expect("the frontier's table names lockstep", (await page.locator("#frontier-table tr.own").count()) === 1);
    const policies = await page.locator("#policy option").allTextContents();
    expect("every policy can be picked", policies.length >= 16);
    for (const policy of ["native-target-tracking", "bound-clairvoyant", "lockstep"]) {
      await page.selectOption("#policy", policy);
      expect(`${policy} is drawn`, (await paths("timeline")) > 6);
    }
    expect("decisions carry their reasons", /requests\/s a task need/.test(await page.locator("#decisions li").nth(2).getAttribute("title")));
    const box = await page.locator("#timeline").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 100);
    await page.waitForFunction(() => /demand/.test(document.querySelector("#timeline").innerText));
    const chip = page.locator("#families button").first();
    const before = await paths("frontier");
    await chip.focus();
    await page.keyboard.press("Enter");
    expect("a family can be hidden by keyboard", (await chip.getAttribute("aria-pressed")) === "false" && (await paths("frontier")) < before);
  }
  await page.close();
}
await browser.close();
problems.forEach((problem) => console.error(problem));
console.log(problems.length === 0 ? "the report stands on its own" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
