// `npm run test:openapi-client`: a TypeScript client is generated from docs/openapi.json, compiled
// strictly, and run before a Lilux that is started for it. Not part of `npm test`: the generator is
// installed under .toolchain for it alone.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLilux } from "./lilux-for-tests.mjs";
import { mustRun, prepare, root, toolchainEnv } from "./toolchain.mjs";

const TESTS = join(root, "tests", "openapi-client");
const folder = join(root, ".toolchain", "openapi-client");

const tools = prepare();
mkdirSync(folder, { recursive: true });
for (const name of ["package.json", "smoke.ts"]) cpSync(join(TESTS, name), join(folder, name));
const wanted = readFileSync(join(TESTS, "package.json"), "utf8");
const stamp = join(folder, "installed");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  mustRun(tools, folder, "npm", [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
  ]);
  writeFileSync(stamp, wanted);
}
const generator = join(folder, "node_modules", "openapi-typescript", "bin", "cli.js");
mustRun(tools, folder, tools.nodePath, [
  generator,
  join(root, "docs", "openapi.json"),
  "-o",
  "api.ts",
]);
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const strict = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
const lib = ["--lib", "es2024,dom,dom.iterable", "--allowImportingTsExtensions", "--types", ""];
mustRun(tools, folder, tools.nodePath, [compiler, "--ignoreConfig", ...strict, ...lib, "smoke.ts"]);
process.exitCode = await withLilux(tools, {}, (url) => {
  const env = { ...toolchainEnv(tools), LILUX_URL: url };
  const args = ["--no-warnings", "smoke.ts"];
  return spawnSync(tools.nodePath, args, { cwd: folder, stdio: "inherit", env }).status ?? 1;
});
