// `npm run audit:dependencies`: known advisories about production dependencies. The registry is asked; where it
// does not answer, the snapshot that `-- --keep` wrote in a place with a network, with its age.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const snapshot = join(root, "tools", "setup", "advisories.json");
const tools = prepare();
const asked = spawnSync("pnpm", ["audit", "--prod", "--json"], {
  cwd: root,
  env: toolchainEnv(tools),
  encoding: "utf8",
  timeout: 120_000,
});
const lockfile = createHash("sha256")
  .update(readFileSync(join(root, "pnpm-lock.yaml")))
  .digest("hex");
const answer = answerIn(asked.stdout);
if (answer !== undefined) {
  const advisories = Object.values(answer.advisories);
  if (process.argv.includes("--keep")) {
    const kept = { takenAt: new Date().toISOString(), lockfile, advisories };
    writeFileSync(snapshot, `${JSON.stringify(kept, null, 2)}\n`);
  }
  tell(advisories, "asked now");
} else if (existsSync(snapshot)) {
  const { takenAt, lockfile: then, advisories } = JSON.parse(readFileSync(snapshot, "utf8"));
  const of = then === lockfile ? "" : ", of another lockfile: what was added since is not in it";
  tell(advisories, `a snapshot of ${takenAt}${of}`);
} else {
  process.stdout.write(
    "NOT RUN: the registry gives no advisories here, and there is no snapshot.\n",
  );
  process.exitCode = 2;
}

/** What is no answer of the registry's is none: an empty list is one only when it says so. */
function answerIn(text) {
  try {
    const value = JSON.parse(text);
    return typeof value.advisories === "object" && value.advisories !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function tell(advisories, source) {
  for (const { module_name, severity, title, url } of advisories) {
    process.stdout.write(`${severity}  ${module_name}: ${title} ${url}\n`);
  }
  const severe = advisories.filter(({ severity }) => ["high", "critical"].includes(severity));
  process.stdout.write(
    `${advisories.length} advisories, ${severe.length} high or critical (${source})\n`,
  );
  process.exitCode = severe.length === 0 ? 0 : 1;
}
