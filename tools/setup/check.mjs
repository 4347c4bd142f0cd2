// `npm run check`: the static checks, all of them, with a verdict each.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const tools = prepare();
const env = toolchainEnv(tools);
const checks = [
  ["types", "tsc", ["-p", "."]],
  ["types of the page", "tsc", ["-p", "apps/terminal"], "apps/terminal/tsconfig.json"],
  ["format and lint", "biome", ["check", "."]],
  ["type-aware lint", "oxlint", ["--type-aware", "-c", ".oxlintrc.json"]],
  ["dead code", "knip", []],
  ["description of REST", "node", ["--no-warnings", "tools/openapi/src/lint.ts"]],
  [
    "alert rules",
    "promtool",
    ["check", "rules", "deploy/prometheus/rules/alerts.yml"],
    "/usr/bin/promtool",
  ],
];

let failed = 0;
let ran = 0;
for (const [name, program, args, onlyWith] of checks) {
  if (onlyWith !== undefined && !existsSync(resolve(root, onlyWith))) continue;
  ran += 1;
  const done = spawnSync(program, args, { cwd: root, env, encoding: "utf8" });
  const passed = done.status === 0;
  process.stdout.write(`${passed ? "passed" : "FAILED"}  ${name}\n`);
  if (!passed) {
    failed += 1;
    process.stdout.write(`${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}\n`);
  }
}
process.stdout.write(`checks: ${ran - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
