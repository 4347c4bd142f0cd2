// `npm run test:training`: the Python tests of training/, in a small environment of
// their own under .toolchain; or in the one whose Python LILUX_TRAINING_PYTHON names,
// which, with training/router/requirements.txt in it, runs those that need torch as well.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureServers } from "./servers.mjs";
import { root } from "./toolchain.mjs";

const TESTS = join(root, "training", "router", "tests");
const python = process.env.LILUX_TRAINING_PYTHON ?? ensureEnvironment();
const done = spawnSync(python, ["-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
});
process.exitCode = done.status ?? 1;

function ensureEnvironment() {
  const requirements = readFileSync(join(TESTS, "requirements.txt"), "utf8");
  const folder = join(root, ".toolchain", "training-tests");
  const inside = join(folder, "bin", "python3");
  const stamp = join(folder, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === requirements) return inside;
  ensureServers();
  process.stderr.write(`  installing pytest into ${folder} …\n`);
  must("python3", ["-m", "venv", "--clear", folder]);
  must(inside, ["-m", "pip", "install", "--quiet", "-r", join(TESTS, "requirements.txt")]);
  writeFileSync(stamp, requirements);
  return inside;
}

function must(command, args) {
  const ran = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (ran.status === 0) return;
  process.stderr.write(
    `${command} ${args.join(" ")} failed. python3-venv and a Python package index are needed.\n`,
  );
  process.exit(1);
}
