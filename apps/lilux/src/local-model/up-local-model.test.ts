import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "@lilux/runtime";
import { eventually, inheritedEnvironment, temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { RECORD, WEIGHTS } from "./model-store.ts";
import { writeStubServer } from "./testing/stub-model-server.ts";

const ENTRY = join(CHECKOUT, "apps", "lilux", "src", "main.ts");
const WITHIN = { withinMs: 120_000 };

async function state(): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const folder = join(directory.path, "models", "orchestrator-small");
  await mkdir(folder, { recursive: true });
  const base = { name: "Small-1M", licence: "Apache-2.0", sha256: "" };
  const record = { schema: 1, name: "orchestrator-small", base, hasTemplate: false, addedAt: "" };
  await writeFile(join(folder, RECORD), JSON.stringify(record));
  await writeFile(join(folder, WEIGHTS), "");
  return directory.path;
}

function up(path: string, port: number, server: string): ChildProcess {
  const child = spawn(
    process.execPath,
    ["--no-warnings", ENTRY, "up", "--port", String(port), "--local-model"],
    {
      env: {
        ...inheritedEnvironment(),
        LILUX_PROJECT: join(CHECKOUT, "examples", "library"),
        LILUX_STATE_DIR: path,
        LILUX_USER_HOME: join(path, "user"),
        LILUX_LLAMA_SERVER: server,
      },
      stdio: "ignore",
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** One asked question, as the text of its events. */
async function ask(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/turns`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ text: "what is the capital of France?", ask: true }),
  });
  return response.text();
}

// Mutant: `startLocalModel` without its watch for orphans.
test("up --local-model answers by the model under its own name, and kill -9 of it leaves no server behind", async () => {
  const path = await state();
  const server = await writeStubServer(path, "Paris, says the small one.");
  const [port = 0] = await freePorts(1);
  const child = up(path, port, server);
  // Until it is found to answer, the built-in model does.
  await eventually(async () => {
    const told = await ask(port);
    expect(told).toContain("Paris, says the small one.");
    expect(told).toContain('"model":"orchestrator-small"');
  }, WITHIN);
  const { pid } = JSON.parse(readFileSync(join(path, "started.json"), "utf8")) as { pid: number };
  child.kill("SIGKILL");
  await eventually(() => expect(isRunning(pid)).toBe(false), WITHIN);
}, 240_000);

/** What has ended and waits to be noticed does not. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
