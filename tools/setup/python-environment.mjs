// Small Python environments of their own under .toolchain, each made when its requirements change.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureServers } from "./servers.mjs";
import { root } from "./toolchain.mjs";

/**
 * The Python of the environment `name`, with what `requirements` names in it. `install` may put it
 * there in its own way; it gets the environment's Python.
 */
export function ensurePythonEnvironment({ name, requirements, what, install = withPip }) {
  const wanted = readFileSync(requirements, "utf8");
  const folder = join(root, ".toolchain", name);
  const inside = join(folder, "bin", "python3");
  const stamp = join(folder, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return inside;
  ensureServers();
  process.stderr.write(`  installing ${what} into ${folder} …\n`);
  must("python3", ["-m", "venv", "--clear", folder]);
  install(inside, requirements);
  writeFileSync(stamp, wanted);
  return inside;
}

function withPip(python, requirements) {
  must(python, ["-m", "pip", "install", "--quiet", "-r", requirements]);
}

/** Runs a command, and ends the process where it fails. */
export function must(command, args) {
  const ran = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (ran.status === 0) return;
  process.stderr.write(
    `${command} ${args.join(" ")} failed. python3-venv and a Python package index are needed.\n`,
  );
  process.exit(1);
}
