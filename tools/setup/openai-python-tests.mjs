// `npm run test:openai-python`: the Python SDK of OpenAI, in a small environment of its own under
// .toolchain, before a Lilux that is started for it. Not part of `npm test`: it needs a Python
// package index.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { withLilux } from "./lilux-for-tests.mjs";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const TESTS = join(root, "tests", "openai-python");

const tools = prepare();
const python = ensurePythonEnvironment({
  name: "openai-python",
  requirements: join(TESTS, "requirements.txt"),
  what: "openai-python",
});
const model = spawn(
  tools.nodePath,
  [
    "--conditions=lilux-source",
    "--no-warnings",
    join(root, "tests", "e2e", "src", "openai-python-model.ts"),
  ],
  { env: toolchainEnv(tools), stdio: ["ignore", "pipe", "inherit"] },
);
try {
  const modelUrl = String((await once(model.stdout, "data"))[0]).trim();
  process.exitCode = await withLilux(tools, { LILUX_LLM_URL: modelUrl }, (url) => {
    const env = { ...process.env, LILUX_URL: url, PYTHONDONTWRITEBYTECODE: "1" };
    const done = spawnSync(python, [join(TESTS, "quickstart.py")], { stdio: "inherit", env });
    return done.status ?? 1;
  });
} finally {
  model.kill("SIGTERM");
}
