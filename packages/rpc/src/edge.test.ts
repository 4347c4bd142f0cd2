import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { createMailbox } from "@lilux/core/async";
import { SILENT_LOG } from "@lilux/core/telemetry";
import type { BrokenItem, ErrorCode, ExecuteRequest, TurnCommand } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { connectKiwi } from "./connect-kiwi.ts";
import { connectOrchestrator } from "./connect-orchestrator.ts";
import { KiwiServiceClient } from "./generated/lilux/kiwi/v1/kiwi.ts";
import { OrchestratorServiceClient } from "./generated/lilux/orchestrator/v1/orchestrator.ts";
import type { KiwiApi } from "./kiwi-api.ts";
import type { RunTurn } from "./run-turn.ts";
import { serveKiwi } from "./serve-kiwi.ts";
import { serveOrchestrator } from "./serve-orchestrator.ts";
import {
  sampleExecute,
  sampleItem,
  sampleSearch,
  sampleSearchResult,
  sampleTurn,
} from "./testing/samples.ts";
import { scriptedKiwi } from "./testing/scripted-kiwi.ts";
import { fromServiceError } from "./wire/error-trailer.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(script: Partial<KiwiApi>, logger = SILENT_LOG): Promise<string> {
  const api = scriptedKiwi(script);
  const server = await serveKiwi({ api, host: "127.0.0.1", port: 0, logger });
  cleanups.push(() => server.close());
  return `127.0.0.1:${server.port}`;
}

const unavailable = (code: ErrorCode) => ({ code, trouble: () => undefined });

async function rawSearch(address: string, argumentsJson: Buffer): Promise<unknown> {
  const client = new KiwiServiceClient(address, credentials.createInsecure());
  cleanups.push(() => client.close());
  const { promise, resolve } = Promise.withResolvers<ServiceError | null>();
  client.search({ tenant: "local", argumentsJson }, new Metadata(), (error) => resolve(error));
  return fromServiceError(await promise, unavailable("kiwi_unavailable"));
}

test("a foreign client's wrong field is named, with the gRPC status of the table", async () => {
  const address = await serve({});
  const wrong = Buffer.from(JSON.stringify({ item_type: "recipe", query: "x" }));
  expect(await rawSearch(address, wrong)).toMatchObject({
    code: "invalid_request",
    message: expect.stringContaining("arguments.item_type"),
  });
});

test("a foreign client may say tool for a script", async () => {
  const asked: unknown[] = [];
  const search: KiwiApi["search"] = async (request) => {
    asked.push(request.arguments);
    return sampleSearchResult;
  };
  const address = await serve({ search });
  for (const item_type of ["tool", "Tools"]) {
    await rawSearch(address, Buffer.from(JSON.stringify({ item_type, query: "x" })));
  }
  const read = { item_type: "script", query: "x" };
  expect(asked).toEqual([read, read]);
});

test("digits of a foreign client's call arrive as they were sent, or are refused by name", async () => {
  const requests: ExecuteRequest[] = [];
  const address = await serve({
    async *execute(request) {
      requests.push(request);
      yield { type: "progress", text: "begun" };
    },
  });
  const execute = async (parameters: string): Promise<unknown> => {
    const client = new KiwiServiceClient(address, credentials.createInsecure());
    cleanups.push(() => client.close());
    const json = `{"item_type":"script","item_id":"x","action":"run","parameters":${parameters}}`;
    const argumentsJson = Buffer.from(json);
    const stream = client.execute({ tenant: "local", callId: "c", argumentsJson });
    stream.resume();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    stream.on("error", resolve).on("end", () => resolve(null));
    return promise;
  };
  expect(await execute('{"id":1349021875512938561,"version":1.10}')).toBeNull();
  expect(requests[0]?.arguments.parameters).toEqual({
    id: "1349021875512938561",
    version: "1.10",
  });
  const error = fromServiceError(
    (await execute('{"rows":[1e400]}')) as ServiceError,
    unavailable("internal"),
  );
  expect(error).toMatchObject({
    code: "invalid_request",
    details: { field: "parameters.rows.0" },
  });
});

test("bytes that are not JSON in UTF-8 are refused and the server goes on", async () => {
  const address = await serve({ search: async () => sampleSearchResult });
  expect(await rawSearch(address, Buffer.from([0xff, 0xfe]))).toMatchObject({
    code: "invalid_request",
  });
  const api = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  expect(await api.search(sampleSearch)).toEqual(sampleSearchResult);
});

test("a result over 4 MiB is refused and the connection survives", async () => {
  let query = "x".repeat(5 * 1024 * 1024);
  const address = await serve({ search: async () => ({ ...sampleSearchResult, query }) });
  const api = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  await expect(api.search(sampleSearch)).rejects.toMatchObject({ code: "invalid_request" });
  query = "small";
  expect(await api.search(sampleSearch)).toMatchObject({ query: "small" });
});

test("a server's answer of another form is refused, not handed on", async () => {
  const address = await serve({ search: async () => ({ total: "many" }) as never });
  const api = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  await expect(api.search(sampleSearch)).rejects.toMatchObject({ code: "internal" });
});

// Fails when `itemPages` puts everything into one page.
test("a library far larger than one message is listed whole and in order", async () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({
    ...sampleItem,
    item_id: `item_${index}`,
    description: `Does something useful, number ${index}. `.repeat(15),
  }));
  const broken = [
    { item_type: "script", source: "user", path: "x.py", line: 1, column: 1, cause: "c", fix: "f" },
  ] satisfies BrokenItem[];
  const address = await serve({ listItems: async () => ({ version: "v9", items, broken }) });
  const api = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  const list = await api.listItems({ tenant: testTenant("local") });
  expect(list.version).toBe("v9");
  expect(list.items.map((item) => item.item_id)).toEqual(items.map((item) => item.item_id));
  expect(list.broken).toEqual(broken);
});

test("an empty library still has its version", async () => {
  const empty = { version: "v0", items: [], broken: [] };
  const address = await serve({ listItems: async () => empty });
  const api = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  expect(await api.listItems({ tenant: testTenant("local") })).toEqual(empty);
});

test("a fault behind the gRPC door is internal to the caller, and its cause is in the server's log", async () => {
  const causes: unknown[] = [];
  const error = (fields: object): void => void causes.push("err" in fields && String(fields.err));
  const fails = (): never => {
    throw new RangeError("out of range");
  };
  const logger = { ...SILENT_LOG, error };
  const address = await serve({ search: async () => fails(), execute: fails }, logger);
  const api = await connectKiwi({ address, logger: SILENT_LOG });
  cleanups.push(() => api.close());
  const internal = { code: "internal" };
  await expect(api.search(sampleSearch)).rejects.toMatchObject(internal);
  await expect(collect(api.execute(sampleExecute))).rejects.toMatchObject(internal);
  expect(causes).toEqual(["RangeError: out of range", "RangeError: out of range"]);
});

test("a fault in a turn's stream is internal to the caller, and its cause is in the server's log", async () => {
  const causes: unknown[] = [];
  const error = (fields: object): void => void causes.push("err" in fields && String(fields.err));
  const runTurn = (): never => {
    throw new RangeError("out of range");
  };
  const at = { host: "127.0.0.1", port: 0, logger: { ...SILENT_LOG, error } };
  const server = await serveOrchestrator({ runTurn, listModels: async () => [], ...at });
  cleanups.push(() => server.close());
  const address = `127.0.0.1:${server.port}`;
  const client = await connectOrchestrator({ address, logger: SILENT_LOG });
  cleanups.push(() => client.close());
  const commands = createMailbox<TurnCommand>({ max: 1, whenFull: "refuse" });
  const signal = new AbortController().signal;
  const events = collect(client.runTurn(sampleTurn, { commands, signal }));
  await expect(events).rejects.toMatchObject({ code: "internal" });
  expect(causes).toEqual(["RangeError: out of range"]);
});

test.each([
  ["tenant", { tenant: "other" }],
  ["session", { sessionId: "other" }],
  ["turn", { turnId: "other" }],
  ["sequence", { sequence: 41 }],
])(
  "a start that names another %s than its request is refused, and nothing runs",
  async (_, other) => {
    let runs = 0;
    const runTurn: RunTurn = async function* () {
      runs += 1;
      yield { type: "turn-end", turnId: sampleTurn.turn.turnId, outcome: "completed" };
    };
    const at = { host: "127.0.0.1", port: 0, logger: SILENT_LOG };
    const server = await serveOrchestrator({ runTurn, listModels: async () => [], ...at });
    cleanups.push(() => server.close());
    const address = `127.0.0.1:${server.port}`;
    const client = new OrchestratorServiceClient(address, credentials.createInsecure());
    cleanups.push(() => client.close());
    const { tenant, sessionId, turnId } = sampleTurn.turn;
    const { sequence } = sampleTurn;
    const requestJson = Buffer.from(JSON.stringify(sampleTurn));
    const call = client.runTurn(new Metadata());
    const { promise, resolve } = Promise.withResolvers<ServiceError>();
    call.on("error", resolve);
    call.on("data", () => {});
    const value = { tenant, sessionId, turnId, sequence, requestJson, ...other };
    call.write({ message: { $case: "start", value } });
    const refused = fromServiceError(await promise, unavailable("orchestrator_unavailable"));
    expect(refused).toMatchObject({ code: "invalid_request" });
    expect(runs).toBe(0);
  },
);

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}
