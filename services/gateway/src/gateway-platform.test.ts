import type { TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { itemNamed, scriptedLibrary } from "./testing/scripted-library.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor, type TestGateway } from "./testing/start-gateway.ts";

function send(
  { http }: TestGateway,
  path: string,
  { body, headers = {}, ...init }: { body?: object } & Omit<RequestInit, "body"> = {},
): Promise<Response> {
  if (body === undefined) return fetch(`${http}${path}`, { headers, ...init });
  return fetch(`${http}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
    ...init,
  });
}

const RUN = { item_type: "script", item_id: "send", action: "run" };

// Mutant: `nameOfRequest` without the header.
test("an Idempotency-Key names a call as its callId does; two names for one are refused", async () => {
  const library = scriptedLibrary({ local: [itemNamed("send")] });
  const gateway = await startForTest({ kiwi: library.kiwi });
  const headers = { "idempotency-key": "8f14e45f-ceea-467f-a8d8-1c1b2f3a4b5c" };
  const first = await (await send(gateway, "/v1/execute", { body: RUN, headers })).json();
  expect(await (await send(gateway, "/v1/execute", { body: RUN, headers })).json()).toEqual(first);
  expect(library.ran).toHaveLength(1);
  for (const [key, body] of [
    ["one", { ...RUN, callId: "other" }],
    ["not one\ttoken", RUN],
    ["é", RUN],
    ["x".repeat(129), RUN],
  ] as const) {
    const refused = await send(gateway, "/v1/execute", {
      body,
      headers: { "idempotency-key": Buffer.from(key).toString("latin1") },
    });
    expect(refused.status).toBe(400);
  }
});

test("every answer names its request: as the caller does where a log can hold it", async () => {
  const gateway = await startForTest();
  const idOf = async (given: Record<string, string>, path = "/v1/nothing") =>
    (await send(gateway, path, { headers: given })).headers.get("x-request-id");
  expect(await idOf({ "x-request-id": "mine-1" })).toBe("mine-1");
  expect(await idOf({ "x-request-id": "mine-2" }, "/health/live")).toBe("mine-2");
  expect(await idOf({ "x-request-id": "not one" })).toMatch(/^[\da-f-]{36}$/);
  expect(await idOf({})).not.toBe(await idOf({}));
});

const APP = "https://app.example";

// Mutants: `addCors` with the origins of LILUX_ORIGINS alone; a key whose origins are not asked.
test("a page may read what its key may ask for, from the origins that stand behind the key", async () => {
  const listed = { ...keyFor("acme", "k1"), origins: [APP] };
  const gateway = await startForTest({
    config: { apiKeys: [listed, keyFor("acme", "k2")], origins: ["https://all.example"] },
    kiwi: scriptedLibrary({ local: [itemNamed("send")] }).kiwi,
  });
  const from = (origin: string, key: string) =>
    send(gateway, "/v1/items", { headers: { origin, authorization: `Bearer ${key}` } });
  const asked = await from(APP, "k1");
  expect(asked.status).toBe(200);
  expect(asked.headers.get("access-control-allow-origin")).toBe(APP);
  expect(asked.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect((await from("https://all.example", "k1")).status).toBe(200);
  expect((await from(APP, "k2")).status).toBe(403);
  const strange = await from("https://evil.example", "k1");
  expect(strange.status).toBe(403);
  expect(strange.headers.get("access-control-allow-origin")).toBeNull();
  const preflight = (origin: string, path = "/v1/items") =>
    send(gateway, path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  const allowed = await preflight(APP);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get("access-control-allow-headers")).toContain("idempotency-key");
  expect((await preflight("https://evil.example")).headers.has("access-control-allow-origin")).toBe(
    false,
  );
  expect((await preflight(APP, "/mcp")).headers.has("access-control-allow-origin")).toBe(false);
});

test("one item is found by its qualified or bare id, and one of several is asked for by type", async () => {
  const named = (item_type: "script" | "knowledge", id: string, category: string) => ({
    ...itemNamed(id),
    item_type,
    category,
    qualified_id: `${category}/${id}`,
    source: "project" as const,
  });
  const items = [named("script", "send", "mail"), named("knowledge", "send", "mail")];
  const gateway = await startForTest({
    kiwi: { listItems: async () => ({ version: "1", items, broken: [] }) },
  });
  const get = async (path: string) => {
    const answer = await send(gateway, path);
    const told = (await answer.json()) as { item_type?: string; code?: string };
    return [answer.status, told.item_type ?? told.code];
  };
  expect(await get("/v1/items/mail%2Fsend?item_type=tool")).toEqual([200, "script"]);
  expect(await get("/v1/items/send?item_type=knowledge")).toEqual([200, "knowledge"]);
  expect(await get("/v1/items/send")).toEqual([409, "item_ambiguous"]);
  expect(await get("/v1/items/nothing")).toEqual([404, "item_not_found"]);
});

// Mutant: a page that begins at the first hit again.
test("a search is read by pages, each hit once, to the end", async () => {
  const local = Array.from({ length: 7 }, (_, at) => itemNamed(`mail_${at}`));
  const { kiwi } = scriptedLibrary({ local });
  const gateway = await startForTest({ kiwi });
  const seen: string[] = [];
  let offset: number | undefined = 0;
  for (let page = 0; offset !== undefined && page < 9; page += 1) {
    const body = { item_type: "script", query: "mail", limit: 3, offset };
    const answer = await (await send(gateway, "/v1/search", { body })).json();
    const { results, nextOffset } = answer as {
      results: { item_id: string }[];
      nextOffset?: number;
    };
    seen.push(...results.map(({ item_id }) => item_id));
    offset = nextOffset;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.toSorted()).toEqual(local.map(({ item_id }) => item_id));
});

const TURN = { text: "go", turnId: "t1" };
const idsOf = (events: string): number[] =>
  [...events.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

// Mutants: telling all again; cancelling a named turn as soon as its caller is away.
test("whoever comes back to a turn in time is told on after the last event that came", async () => {
  const held = Promise.withResolvers<void>();
  let isCancelled = false;
  const runTurn: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
    const { turnId } = turn;
    void (async () => {
      for await (const command of commands) isCancelled ||= command.type === "cancel";
    })();
    yield { type: "turn-start", turnId, path: "slow" };
    yield { type: "text-delta", turnId, text: "one" };
    await held.promise;
    yield { type: "text-delta", turnId, text: "two" };
    yield { type: "turn-end", turnId, outcome: "completed" };
  };
  const gateway = await startForTest({ runTurn, limits: { comeBackWithinMs: 60_000 } });
  const away = new AbortController();
  const first = await send(gateway, "/v1/turns", { body: TURN, signal: away.signal });
  const reader = first.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!seen.includes('"one"')) seen += (await reader?.read())?.value ?? "";
  away.abort();
  const last = idsOf(seen).at(-1) ?? 0;
  const headers = { "last-event-id": String(last) };
  const back = await send(gateway, "/v1/turns", { body: TURN, headers });
  held.resolve();
  const rest = await back.text();
  expect(idsOf(rest)).toEqual(idsOf(rest).map((_, at) => last + 1 + at));
  expect(rest).toContain('"two"');
  expect(isCancelled).toBe(false);
  const again = await (await send(gateway, "/v1/turns", { body: TURN, headers })).text();
  expect(idsOf(again)).toEqual(idsOf(rest));
});

test("a named turn whose caller stays away is cancelled", async () => {
  let isCancelled = false;
  const runTurn: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", turnId: turn.turnId, path: "slow" };
    for await (const command of commands) if (command.type === "cancel") break;
    isCancelled = true;
    yield { type: "turn-end", turnId: turn.turnId, outcome: "cancelled" };
  };
  const gateway = await startForTest({ runTurn, limits: { comeBackWithinMs: 20 } });
  const away = new AbortController();
  const answer = await send(gateway, "/v1/turns", { body: TURN, signal: away.signal });
  await answer.body?.getReader().read();
  away.abort();
  await eventually(() => isCancelled, { withinMs: 20_000 });
});
