// `npm run test:openapi-python-client`: a Python client is generated from docs/openapi.json, without a
// warning, its types are checked, and it is run before a Lilux that is started for it. Not part of `npm
// test`: the generator is installed under .toolchain for it alone.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLilux } from "./lilux-for-tests.mjs";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { prepare, root } from "./toolchain.mjs";

const TESTS = join(root, "tests", "openapi-python-client");
const tools = prepare();
const python = ensurePythonEnvironment({
  name: "openapi-python-client",
  requirements: join(TESTS, "requirements.txt"),
  what: "openapi-python-client",
});
const folder = join(root, ".toolchain", "openapi-python-client", "client");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(join(TESTS, "smoke.py"), join(folder, "smoke.py"));

function runs(program, args, settings = {}) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...settings };
  return spawnSync(program, args, { cwd: folder, stdio: "inherit", env }).status ?? 1;
}

const generator = join(python, "..", "openapi-python-client");
const from = ["--path", join(root, "docs", "openapi.json"), "--config", join(TESTS, "config.yml")];
const into = ["--meta", "none", "--output-path", "lilux_api", "--fail-on-warning"];
process.exitCode =
  runs(generator, ["generate", ...from, ...into]) ||
  runs(python, ["-m", "mypy", "--strict", "--cache-dir", ".mypy_cache", "smoke.py"]) ||
  (await withLilux(tools, {}, (url) => runs(python, ["smoke.py"], { LILUX_URL: url })));
