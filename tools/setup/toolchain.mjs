// Finds, or installs into `.toolchain/`, the Node and pnpm this checkout runs
// on. Plain JavaScript for Node 20: this file runs before anything is set up.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const NODE_VERSION = "24.21.0";
const NODE_MAJOR = 24;
const PNPM_VERSION = "12.21.0";
const toolchain = join(root, ".toolchain");

function say(text) {
  process.stderr.write(`  ${text}\n`);
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  if (done.status !== 0) {
    const detail = [done.stdout, done.stderr, done.error?.message].filter(Boolean).join("\n");
    throw new Error(`${command} ${args.join(" ")} failed (${done.status})\n${detail}`);
  }
  return String(done.stdout ?? "");
}

function npmInstall(packages) {
  mkdirSync(toolchain, { recursive: true });
  if (!existsSync(join(toolchain, "package.json"))) {
    writeFileSync(join(toolchain, "package.json"), '{"private":true}\n');
  }
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["install", "--no-fund", "--no-audit", "--no-save", "--ignore-scripts", ...packages], {
    cwd: toolchain,
    shell: process.platform === "win32",
  });
}

/** The Node to run: this one when it is new enough, else one of our own. */
function localNode() {
  const os = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${os}-${process.arch}`;
  const file = os === "win" ? "node.exe" : "node";
  return { name, path: join(toolchain, "node_modules", name, "bin", file) };
}

/** Makes Node and pnpm available and returns their paths. Quick when nothing is missing. */
export function ensureToolchain() {
  const systemIsEnough = Number(process.versions.node.split(".")[0]) >= NODE_MAJOR;
  const ours = localNode();
  const pnpm = join(toolchain, "node_modules", "pnpm", "bin", "pnpm.mjs");
  const stamp = join(toolchain, "versions");
  const nodePath = systemIsEnough ? process.execPath : ours.path;
  // What npm is not told of again it takes away: a Node of ours stays named, since
  // a process of another terminal may be running on it.
  const withNode = !systemIsEnough || existsSync(ours.path);
  const wanted = `node ${withNode ? NODE_VERSION : "system"} pnpm ${PNPM_VERSION}\n`;
  const have = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (have !== wanted || !existsSync(nodePath) || !existsSync(pnpm)) {
    say(
      `installing pnpm ${PNPM_VERSION}${withNode ? ` and Node ${NODE_VERSION}` : ""} into .toolchain …`,
    );
    const packages = [`pnpm@${PNPM_VERSION}`];
    if (withNode) packages.push(`${ours.name}@${NODE_VERSION}`);
    npmInstall(packages);
    writeFileSync(stamp, wanted);
  }
  return { nodePath, pnpm };
}

/** The environment in which child processes find our Node and pnpm first. */
export function toolchainEnv({ nodePath }) {
  const bins = [
    dirname(nodePath),
    join(toolchain, "node_modules", ".bin"),
    join(root, "node_modules", ".bin"),
  ];
  return { ...process.env, PATH: [...bins, process.env.PATH ?? ""].join(delimiter) };
}

/** Installs dependencies when the lockfile changed since the last time. */
export function ensureDependencies(tools) {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"));
  const wanted = createHash("sha256").update(lockfile).digest("hex");
  const stamp = join(root, "node_modules", ".lilux-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("installing dependencies from the lockfile …");
  run(tools.nodePath, [tools.pnpm, "install", "--frozen-lockfile", "--prefer-offline"], {
    cwd: root,
    env: toolchainEnv(tools),
  });
  writeFileSync(stamp, wanted);
}

/** Everything the product needs before it can run. What goes wrong is said, and ends the process. */
export function prepare() {
  try {
    const tools = ensureToolchain();
    ensureDependencies(tools);
    return tools;
  } catch (error) {
    process.stderr.write(
      `Set-up failed: ${error.message}\nThe npm registry must be reachable; then run the same command again.\n`,
    );
    process.exit(1);
  }
}

/** Runs a command of the toolchain in a folder, and ends the process with its status where it fails. */
export function mustRun(tools, folder, command, args) {
  const done = spawnSync(command, args, {
    cwd: folder,
    stdio: "inherit",
    env: toolchainEnv(tools),
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
