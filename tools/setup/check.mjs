// `npm run check`: the static checks, all of them, with a verdict each.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const tools = prepare();
const env = toolchainEnv(tools);
// By Prometheus' own tool, which takes its time on busy cores: not among the tests, which have deadlines.
// Mutants: `>=` of the floor of events turned round; `seen` of every burn 0m.
const ruleTests = readdirSync(resolve(root, "deploy/prometheus/tests"), { recursive: true })
  .filter((name) => name.endsWith(".yml"))
  .map((name) => join("deploy/prometheus/tests", name));
const checks = [
  ["types", "tsc", ["-p", "."]],
  ["types of the page", "tsc", ["-p", "apps/terminal"], "apps/terminal/tsconfig.json"],
  ["format and lint", "biome", ["check", "."]],
  ["type-aware lint", "oxlint", ["--type-aware", "-c", ".oxlintrc.json"]],
  ["dead code", "knip", []],
  ["licences", "node", ["--no-warnings", "tools/tidy/src/main.ts"]],
  ["known advisories", "node", ["--no-warnings", "tools/tidy/src/advisories.ts"]],
  ["description of REST", "node", ["--no-warnings", "tools/openapi/src/lint.ts"]],
  ["alert rules", "promtool", ["test", "rules", ...ruleTests], "/usr/bin/promtool"],
];

let failed = 0;
let ran = 0;
let notRun = 0;
for (const [name, program, args, onlyWith] of checks) {
  if (onlyWith !== undefined && !existsSync(resolve(root, onlyWith))) {
    notRun += 1;
    process.stdout.write(`NOT RUN ${name}: there is no ${onlyWith}\n`);
    continue;
  }
  ran += 1;
  const done = spawnSync(program, args, { cwd: root, env, encoding: "utf8" });
  const passed = done.status === 0;
  process.stdout.write(`${passed ? "passed" : "FAILED"}  ${name}\n`);
  if (!passed) {
    failed += 1;
    process.stdout.write(`${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}\n`);
  }
}
process.stdout.write(`checks: ${ran - failed} passed, ${failed} failed, ${notRun} not run\n`);
// In CI whatever a check lacks fails it: nothing is skipped.
const isSkipped = notRun > 0 && process.env["CI"] !== undefined;
process.exitCode = failed === 0 && !isSkipped ? 0 : 1;
