// `npm run docs`: the site of docs/ in dist/docs, with a search of its own. What builds it is installed
// into .toolchain the first time, from a lock file of its own: nobody else has to wait for it.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun, prepare, root } from "./toolchain.mjs";

const tools = prepare();
const source = join(root, "tools", "site", "vitepress");
const folder = join(root, ".toolchain", "site");
const out = join(root, "dist", "docs");

install();
mustRun(tools, folder, tools.nodePath, [
  "--no-warnings",
  join(root, "tools", "site", "src", "main.ts"),
  folder,
]);
mkdirSync(join(folder, ".vitepress"), { recursive: true });
cpSync(join(source, "config.mjs"), join(folder, ".vitepress", "config.mjs"));
cpSync(join(folder, "sidebar.json"), join(folder, ".vitepress", "sidebar.json"));
const vitepress = join(folder, "node_modules", "vitepress", "bin", "vitepress.js");
if (process.argv[2] === "--watch") {
  mustRun(tools, folder, tools.nodePath, [vitepress, "dev", folder]);
} else {
  mustRun(tools, folder, tools.nodePath, [vitepress, "build", folder]);
  rmSync(out, { recursive: true, force: true });
  cpSync(join(folder, "out"), out, { recursive: true });
  process.stdout.write(`  ${join(out, "index.html")}\n`);
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
