// The API's page in a browser that reaches this server and nothing else: node swagger.mjs FOLDER_WITH_PLAYWRIGHT PORT
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [folder, port] = process.argv.slice(2);
const { chromium } = createRequire(`${folder}/`)("playwright-core");
const home = `http://127.0.0.1:${port}`;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  const elsewhere = [];
  const failed = [];
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(home) || url.startsWith("data:")) return route.continue();
    elsewhere.push(url);
    return route.abort();
  });
  page.on("console", (message) => message.type() === "error" && failed.push(message.text()));
  await page.goto(`${home}/swagger-ui`);
  await page.waitForSelector(".opblock-summary-path", { timeout: 30_000 });
  const paths = await page.$$eval(".opblock-summary-path", (all) => all.map((one) => one.dataset.path));
  for (const path of ["/v1/embeddings", "/v1/rerank", "/v1/classify", "/v2/models/{name}/infer"]) {
    assert.ok(paths.includes(path), `${path} is not on the page: ${paths}`);
  }
  assert.deepEqual(elsewhere, [], "the page asks other servers");
  assert.deepEqual(failed, [], "the page has errors");
  console.log(`swagger-ui shows ${paths.length} operations and asks nobody else`);
} finally {
  await browser.close();
}
