// `npm run test:openai-python`: the Python SDK of OpenAI, in a small environment of its own under
// .toolchain, before a Lilux that is started for it. Not part of `npm test`: it needs a Python
// package index.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const TESTS = join(root, "tests", "openai-python");
const READY_WITHIN_MS = 120_000;

const tools = prepare();
const python = ensurePythonEnvironment({
  name: "openai-python",
  requirements: join(TESTS, "requirements.txt"),
  what: "openai-python",
});
const state = mkdtempSync(join(tmpdir(), "lilux-openai-python-"));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const model = spawn(
  tools.nodePath,
  [
    "--conditions=lilux-source",
    "--no-warnings",
    join(root, "tests", "e2e", "src", "openai-python-model.ts"),
  ],
  { env: toolchainEnv(tools), stdio: ["ignore", "pipe", "inherit"] },
);
const modelUrl = String((await once(model.stdout, "data"))[0]).trim();
const lilux = startLilux();
try {
  await untilReady();
  const env = { ...process.env, LILUX_URL: url, PYTHONDONTWRITEBYTECODE: "1" };
  const done = spawnSync(python, [join(TESTS, "quickstart.py")], { stdio: "inherit", env });
  process.exitCode = done.status ?? 1;
} finally {
  lilux.kill("SIGTERM");
  await new Promise((resolve) => lilux.once("exit", resolve));
  model.kill("SIGTERM");
  rmSync(state, { recursive: true, force: true });
}

function startLilux() {
  const inherited = Object.entries(toolchainEnv(tools)).filter(
    ([name]) => !name.startsWith("LILUX_"),
  );
  const env = {
    ...Object.fromEntries(inherited),
    LILUX_PROJECT: join(root, "examples", "library"),
    LILUX_USER_HOME: join(state, "user"),
    LILUX_STATE_DIR: join(state, "state"),
    LILUX_LOG_LEVEL: "warn",
    LILUX_LLM_URL: modelUrl,
  };
  const entry = join(root, "apps", "lilux", "src", "main.ts");
  const args = ["--no-warnings", entry, "up", "--port", String(port), "--admin-port", "0"];
  return spawn(tools.nodePath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function untilReady() {
  const endsAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > endsAt || lilux.exitCode !== null) throw new Error("Lilux did not start");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}
