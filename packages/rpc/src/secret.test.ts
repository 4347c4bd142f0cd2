import { credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { connectKiwi } from "./connect-kiwi.ts";
import { connectOrchestrator } from "./connect-orchestrator.ts";
import { KiwiServiceClient } from "./generated/lilux/kiwi/v1/kiwi.ts";
import { serveKiwi } from "./serve-kiwi.ts";
import { serveOrchestrator } from "./serve-orchestrator.ts";
import { sampleExecute, sampleSearch, sampleSearchResult, sampleTurn } from "./testing/samples.ts";
import { scriptedKiwi } from "./testing/scripted-kiwi.ts";
import { toJsonBytes } from "./wire/json-bytes.ts";

const SECRET = "the secret of the tool core";
const WRONG = [undefined, "", "another", `${SECRET} `, SECRET.slice(1), SECRET.toUpperCase()];
const refusal = { code: "peer_unauthenticated", retryable: false };

async function kiwiWithSecret() {
  let calls = 0;
  const warnings: object[] = [];
  const logger = { ...SILENT_LOG, warn: (fields: object) => void warnings.push(fields) };
  const search = async () => {
    calls += 1;
    return sampleSearchResult;
  };
  const api = scriptedKiwi({ search });
  const server = await serveKiwi({ api, host: "127.0.0.1", port: 0, logger, secret: SECRET });
  onTestFinished(() => server.close());
  return { address: `127.0.0.1:${server.port}`, calls: () => calls, warnings };
}

// Mutant: an interceptor that passes the metadata on in either case.
test("a tool core with a secret answers who brings it, and nobody else: not one method runs", async () => {
  const { address, calls, warnings } = await kiwiWithSecret();
  for (const secret of WRONG) {
    const kiwi = await connectKiwi({ address, secret, logger: SILENT_LOG });
    onTestFinished(() => kiwi.close());
    await expect(kiwi.search(sampleSearch)).rejects.toMatchObject(refusal);
    await expect(kiwi.listItems({ tenant: testTenant("local") })).rejects.toMatchObject(refusal);
    await expect(
      kiwi.discover({ tenant: testTenant("local"), text: "a", limit: 1 }),
    ).rejects.toMatchObject(refusal);
    await expect(all(kiwi.execute(sampleExecute))).rejects.toMatchObject(refusal);
  }
  expect(calls()).toBe(0);
  expect(warnings).toHaveLength(4 * WRONG.length);
  expect(JSON.stringify(warnings)).not.toContain("another");
  const kiwi = await connectKiwi({ address, secret: SECRET, logger: SILENT_LOG });
  onTestFinished(() => kiwi.close());
  expect(await kiwi.search(sampleSearch)).toEqual(sampleSearchResult);
});

test("a foreign client is refused by status, and may bring the secret as any HTTP client does", async () => {
  const { address } = await kiwiWithSecret();
  const client = new KiwiServiceClient(address, credentials.createInsecure());
  onTestFinished(() => client.close());
  const ask = (headers: Record<string, string>): Promise<ServiceError | null> => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    const { promise, resolve } = Promise.withResolvers<ServiceError | null>();
    const argumentsJson = toJsonBytes(sampleSearch.arguments);
    client.search({ tenant: "local", argumentsJson }, metadata, (error) => resolve(error));
    return promise;
  };
  for (const headers of [{}, { authorization: SECRET }, { authorization: `Basic ${SECRET}` }]) {
    expect(await ask(headers)).toMatchObject({ code: status.UNAUTHENTICATED });
  }
  expect(await ask({ authorization: `Bearer ${SECRET}` })).toBeNull();
});

test("an orchestrator with a secret runs no turn without it", async () => {
  let turns = 0;
  const runTurn = async function* () {
    turns += 1;
    yield { type: "turn-end", turnId: sampleTurn.turn.turnId, outcome: "completed" } as const;
  };
  const secret = "the secret of the orchestrator";
  const where = { host: "127.0.0.1", port: 0, logger: SILENT_LOG };
  const server = await serveOrchestrator({ ...where, runTurn, listModels: async () => [], secret });
  onTestFinished(() => server.close());
  const address = `127.0.0.1:${server.port}`;
  const run = async (given: string | undefined): Promise<unknown[]> => {
    const orchestrator = await connectOrchestrator({ address, secret: given, logger: SILENT_LOG });
    onTestFinished(() => orchestrator.close());
    const commands = (async function* () {})();
    const { signal } = new AbortController();
    return all(orchestrator.runTurn(sampleTurn, { commands, signal }));
  };
  await expect(run(undefined)).rejects.toMatchObject(refusal);
  await expect(run(SECRET)).rejects.toMatchObject(refusal);
  expect(turns).toBe(0);
  expect(await run(secret)).toHaveLength(1);
});

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}
