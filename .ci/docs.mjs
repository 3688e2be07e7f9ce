// Holds the documentation to what it says: node .ci/docs.mjs [links|commands]
// links:    every relative link leads to a file of the repository, every #anchor to a heading, every other link is https.
// commands: every block whose fence says `sh run` is run as printed, from the repository's root.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const MINUTES_A_BLOCK = 10;
const pages = execFileSync("git", ["ls-files", "*.md"], { encoding: "utf8" }).trim().split("\n");

/** The lines of a page with those inside fences apart. */
function read(page) {
  const prose = [];
  const blocks = [];
  let open;
  readFileSync(page, "utf8").split("\n").forEach((line, index) => {
    const fence = line.match(/^\s*```(.*)$/);
    if (fence && open) {
      blocks.push(open);
      open = undefined;
    } else if (fence) {
      open = { info: fence[1].trim(), line: index + 1, text: [] };
    } else if (open) {
      open.text.push(line);
    } else {
      prose.push({ line: index + 1, text: line });
    }
  });
  if (open) throw new Error(`${page}:${open.line}: the block is never closed`);
  return { prose, blocks };
}

/** As GitHub makes anchors of headings. */
function anchors(page) {
  return new Set(
    read(page).prose
      .filter(({ text }) => /^#+ /.test(text))
      .map(({ text }) =>
        text.replace(/^#+ /, "").trim().toLowerCase()
          .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
          .replace(/[^\p{L}\p{N}\s_-]/gu, "")
          .replace(/\s/g, "-")));
}

function broken(page, target) {
  if (/^[a-z]+:/.test(target)) {
    return /^(https:\/\/[^\s/]+\.[a-z]+|http:\/\/localhost|mailto:)/.test(target) ? "" : "is not an https link";
  }
  const [path, anchor] = target.split("#");
  const file = path ? normalize(join(dirname(page), path)) : page;
  if (file.startsWith("..")) return "leaves the repository";
  if (!existsSync(file)) return `leads to ${file}, which does not exist`;
  if (!anchor) return "";
  if (statSync(file).isDirectory() || !file.endsWith(".md")) return "has an anchor into what is not a page";
  return anchors(file).has(anchor) ? "" : `names #${anchor}, which is no heading of ${file}`;
}

function links() {
  let seen = 0;
  const complaints = [];
  for (const page of pages) {
    for (const { line, text } of read(page).prose) {
      for (const [, target] of text.replace(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
        seen++;
        const why = broken(page, target);
        if (why) complaints.push(`${page}:${line}: ${target} ${why}`);
      }
    }
  }
  complaints.forEach((complaint) => console.log(complaint));
  console.log(`${seen} links in ${pages.length} pages, ${complaints.length} broken`);
  return seen > 0 && complaints.length === 0;
}

function commands() {
  const blocks = pages.flatMap((page) =>
    read(page).blocks.filter(({ info }) => /^sh run\b/.test(info)).map((block) => ({ page, ...block })));
  let failed = 0;
  for (const { page, line, text } of blocks) {
    const started = Date.now();
    const run = spawnSync("bash", ["-euo", "pipefail", "-c", text.join("\n")], {
      encoding: "utf8",
      timeout: MINUTES_A_BLOCK * 60_000,
      maxBuffer: 1 << 28,
    });
    const ok = run.status === 0;
    failed += ok ? 0 : 1;
    console.log(`${ok ? "ok  " : "FAIL"}  ${page}:${line} (${Math.round((Date.now() - started) / 1000)} s)`);
    if (!ok) console.log([...text, run.stdout.slice(-2000), run.stderr.slice(-2000)].join("\n"));
  }
  console.log(`${blocks.length} blocks, ${failed} failed`);
  return blocks.length > 0 && failed === 0;
}

const checks = { links, commands };
const asked = process.argv[2];
if (!(asked in checks)) {
  console.error(`docs.mjs: '${asked ?? ""}' is no check; one of ${Object.keys(checks).join(", ")}`);
  process.exit(2);
}
process.exit(checks[asked]() ? 0 : 1);
