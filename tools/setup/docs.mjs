// `npm run docs`: the site of docs/ in dist/docs, with a search of its own. What builds it is installed
// into .toolchain the first time, from a lock file of its own: nobody else has to wait for it.
// `-- --watch` shows it while docs/ is written, `-- --serve` builds and then serves it; `npm run docs:pictures`
// takes its pictures and records its terminal anew.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun, prepare, root } from "./toolchain.mjs";

const tools = prepare();
const source = join(root, "tools", "site", "vitepress");
const folder = join(root, ".toolchain", "site");
const out = join(root, "dist", "docs");
const how = process.argv[2];

install();
if (how === "--pictures") {
  mustRun(tools, root, tools.nodePath, [...site(), "pictures", join(folder, "node_modules")]);
  process.exit();
}
stage();
const vitepress = join(folder, "node_modules", "vitepress", "bin", "vitepress.js");
if (how === "--watch") {
  watch(join(root, "docs"), { recursive: true }, stage);
  const { spawn } = await import("node:child_process");
  spawn(tools.nodePath, [vitepress, "dev", folder], { cwd: folder, stdio: "inherit" }).once(
    "exit",
    (code) => process.exit(code ?? 0),
  );
} else {
  mustRun(tools, folder, tools.nodePath, [vitepress, "build", folder]);
  mustRun(tools, folder, tools.nodePath, [...site(), "check", join(folder, "out")]);
  rmSync(out, { recursive: true, force: true });
  cpSync(join(folder, "out"), out, { recursive: true });
  process.stdout.write(`  ${join(out, "index.html")}\n`);
  if (how === "--serve") mustRun(tools, folder, tools.nodePath, [vitepress, "preview", folder]);
}

function stage() {
  mustRun(tools, folder, tools.nodePath, [...site(), "stage", folder]);
  const here = join(folder, ".vitepress");
  mkdirSync(here, { recursive: true });
  rmSync(join(here, "theme"), { recursive: true, force: true });
  cpSync(join(source, "config.mjs"), join(here, "config.mjs"));
  cpSync(join(source, "theme"), join(here, "theme"), { recursive: true });
  cpSync(join(folder, "sidebar.json"), join(here, "sidebar.json"));
}

function site() {
  return ["--no-warnings", join(root, "tools", "site", "src", "main.ts")];
}

function install() {
  const wanted = readFileSync(join(source, "package-lock.json"), "utf8");
  const stamp = join(folder, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("  installing what builds the site …\n");
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(join(source, name), join(folder, name));
  }
  mustRun(tools, folder, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, wanted);
}
