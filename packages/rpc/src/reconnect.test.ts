import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createMailbox } from "@lilux/core/async";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { connectKiwi } from "./connect-kiwi.ts";
import { connectOrchestrator, type OrchestratorClient } from "./connect-orchestrator.ts";
import { serveKiwi } from "./serve-kiwi.ts";
import { sampleSearch, sampleSearchResult, sampleTurn } from "./testing/samples.ts";
import { scriptedKiwi } from "./testing/scripted-kiwi.ts";

const PROCESS = fileURLToPath(new URL("./testing/orchestrator-process.ts", import.meta.url));
const quiet = {
  commands: createMailbox<never>({ max: 1, whenFull: "refuse" }),
  signal: new AbortController().signal,
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startProcess(port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(PROCESS, ["--port", String(port)]);
  cleanups.push(() => child.kill("SIGKILL"));
  const [bound] = await once(child, "message");
  return { child, port: bound as number };
}

async function firstEvent(client: OrchestratorClient): Promise<string> {
  for await (const event of client.runTurn(sampleTurn, quiet)) return event.type;
  return "none";
}

// Fails when `fromServiceError` maps a lost connection to `internal`.
test("kill -9 in the middle of a turn throws orchestrator_unavailable from the iterable", async () => {
  const { child, port } = await startProcess(0);
  const client = await connectOrchestrator({ address: `127.0.0.1:${port}`, logger: SILENT_LOG });
  cleanups.push(() => client.close());
  const run = async (): Promise<void> => {
    for await (const event of client.runTurn(sampleTurn, quiet)) {
      if (event.type === "text-delta") child.kill("SIGKILL");
    }
  };
  await expect(run()).rejects.toMatchObject({ code: "orchestrator_unavailable", retryable: true });
});

/** gRPC's own backoff would by then wait for more than five seconds between two tries. */
const AWAY_MS = 10_000;
const FOUND_WITHIN_MS = 4_000;

// Fails when the two backoffs are left out of CLIENT_OPTIONS.
test("a killed and restarted orchestrator is found again soon", async () => {
  const first = await startProcess(0);
  const client = await connectOrchestrator({
    address: `127.0.0.1:${first.port}`,
    logger: SILENT_LOG,
  });
  cleanups.push(() => client.close());
  expect(await firstEvent(client)).toBe("text-delta");
  first.child.kill("SIGKILL");
  await eventually(() => !client.connected(), { withinMs: 20_000 });
  await expect(firstEvent(client)).rejects.toMatchObject({ code: "orchestrator_unavailable" });
  // Long enough away for the backoff to have grown to its longest.
  const awaySince = performance.now();
  await eventually(() => performance.now() - awaySince > AWAY_MS, { withinMs: 60_000 });
  await startProcess(first.port);
  await eventually(() => client.connected(), { withinMs: FOUND_WITHIN_MS });
  expect(await firstEvent(client)).toBe("text-delta");
});

test("a client made before its server works as soon as the server is up", async () => {
  const probe = await serveKiwi({
    api: scriptedKiwi({}),
    host: "127.0.0.1",
    port: 0,
    logger: SILENT_LOG,
  });
  await probe.close();
  const api = await connectKiwi({ address: `127.0.0.1:${probe.port}`, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  await expect(api.search(sampleSearch)).rejects.toMatchObject({ code: "kiwi_unavailable" });
  expect(api.connected()).toBe(false);
  const server = await serveKiwi({
    api: scriptedKiwi({ search: async () => sampleSearchResult }),
    host: "127.0.0.1",
    port: probe.port,
    logger: SILENT_LOG,
  });
  cleanups.push(() => server.close());
  // No waiting here: the call itself waits while gRPC sits out its backoff. Fails when `ask` does
  // not wait for `settled`.
  expect(await api.search(sampleSearch)).toEqual(sampleSearchResult);
});
