// `npm run audit:dependencies`: known advisories about production dependencies. The registry is asked; where it
// does not answer, the snapshot beside this file, which `-- --from <folder>` makes anew of a checkout of
// github/advisory-database.
import { spawnSync } from "node:child_process";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const env = toolchainEnv(prepare());
const given = process.argv.slice(2);
const asked =
  given.length > 0
    ? undefined
    : spawnSync("pnpm", ["audit", "--prod", "--json"], {
        cwd: root,
        env,
        encoding: "utf8",
        timeout: 120_000,
      });
const answer = answerIn(asked?.stdout ?? "");
if (answer !== undefined) tell(Object.values(answer.advisories));
else {
  if (asked !== undefined) process.stdout.write("The registry gives no advisories here.\n");
  const args = ["--no-warnings", "tools/tidy/src/advisories.ts", ...given];
  process.exitCode = spawnSync("node", args, { cwd: root, env, stdio: "inherit" }).status ?? 1;
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

function tell(advisories) {
  for (const { module_name, severity, title, url } of advisories) {
    process.stdout.write(`${severity}  ${module_name}: ${title} ${url}\n`);
  }
  const severe = advisories.filter(({ severity }) => ["high", "critical"].includes(severity));
  process.stdout.write(
    `${advisories.length} advisories, ${severe.length} high or critical (asked now)\n`,
  );
  process.exitCode = severe.length === 0 ? 0 : 1;
}
