import { afterEach, expect, test } from "vitest";
import { CLIENTS, type Person } from "./testing/mcp-clients.ts";
import { type WireAnswer, wireCurrent } from "./testing/mcp-wire.ts";
import { itemNamed, scriptedLibrary } from "./testing/scripted-library.ts";
import { keyFor, startGateway, type TestGatewayOptions } from "./testing/start-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const ITEMS = [itemNamed("disk/wipe", { effect: "destructive" })];
const WIPE = {
  item_type: "script",
  item_id: "disk/wipe",
  action: "run",
  parameters: { path: "/data" },
} as const;

async function start(options: TestGatewayOptions = {}) {
  const library = scriptedLibrary({ local: ITEMS, acme: ITEMS, umbrella: ITEMS });
  const gateway = await startGateway({ kiwi: library.kiwi, ...options });
  closing.push(() => gateway.stop());
  return { library, metric: gateway.metric, url: `${gateway.http}/mcp` };
}

test.each(CLIENTS)(
  "%s asks its person about the exact arguments, and a yes runs them once",
  async (_name, connect) => {
    const { library, url } = await start();
    const questions: string[] = [];
    const person: Person = (question) => {
      questions.push(question);
      return { action: "accept", content: { confirm: true } };
    };
    const client = await connect({ url, person });
    closing.push(() => client.close());
    const answer = await client.call("execute", WIPE);
    expect(answer.structuredContent).toMatchObject({ status: "success" });
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain(JSON.stringify(WIPE, null, 2));
    expect(library.ran).toMatchObject([{ arguments: WIPE }]);
  },
);

// Mutants: `load` passing the yes on without its nonce; `requestOf` saying `person`.
test.each(CLIENTS)(
  "%s asks its person before a stranger's item is pulled",
  async (_name, connect) => {
    const { library, url } = await start();
    const questions: string[] = [];
    const person: Person = (question) => {
      questions.push(question);
      return { action: "accept", content: { confirm: questions.length > 1 } };
    };
    const client = await connect({ url, person });
    closing.push(() => client.close());
    const reading = { item_type: "script", item_id: "disk/wipe", source: "registry" };
    const pull = { ...reading, destination: "project" };
    await client.call("load", reading);
    expect(questions).toEqual([]);
    expect((await client.call("load", pull)).isError).toBe(true);
    expect(library.loads).toHaveLength(1);
    expect((await client.call("load", pull)).structuredContent).toMatchObject({
      mode: "read_only",
    });
    expect(questions[1]).toContain(JSON.stringify(pull, null, 2));
    expect(library.loads.map(({ by }) => by)).toEqual(["model", "model"]);
  },
);

const NO: Person[] = [
  () => ({ action: "decline" }),
  () => ({ action: "cancel" }),
  () => ({ action: "accept", content: { confirm: false } }),
];

// Mutant: taking any accepted form for a yes.
test.each(CLIENTS)("%s runs nothing when its person does not say yes", async (_name, connect) => {
  const { library, url } = await start();
  for (const person of NO) {
    const client = await connect({ url, person });
    closing.push(() => client.close());
    const answer = await client.call("execute", WIPE);
    expect(answer).toMatchObject({
      isError: true,
      _meta: { "lilux/error": { code: "confirm_declined" } },
    });
  }
  expect(library.ran).toEqual([]);
});

// Mutant: passing the library's own error on, which names the digest.
test.each(CLIENTS)(
  "%s that cannot ask is refused, and given nothing to confirm with",
  async (_name, connect) => {
    const { library, url, metric } = await start();
    const client = await connect({ url });
    closing.push(() => client.close());
    const answer = await client.call("execute", WIPE);
    expect(answer).toMatchObject({
      isError: true,
      _meta: { "lilux/error": { code: "confirm_required" } },
    });
    expect(answer.content[0]?.text).toContain("lilux command");
    expect(JSON.stringify(answer)).not.toMatch(/[0-9a-f]{64}/);
    const forged = await client.call("execute", {
      ...WIPE,
      confirmation: { callId: "1", callDigest: "2" },
    });
    expect(forged.isError).toBe(true);
    expect(library.ran).toEqual([]);
    expect(await metric("mcp_calls_total")).toBe(2);
  },
);

interface Round {
  url: string;
  given?: object;
  key?: string;
  requestState?: string | undefined;
  id?: number;
}

/** One round by hand, with an accepted form when there is a state to send with it. */
function round({ url, given = WIPE, key, requestState, id = 1 }: Round): Promise<WireAnswer> {
  const accepted = { confirm: { action: "accept", content: { confirm: true } } };
  const retried = requestState === undefined ? {} : { requestState, inputResponses: accepted };
  return wireCurrent(url, {
    id,
    method: "tools/call",
    params: { name: "execute", arguments: given, ...retried },
    capabilities: { elicitation: {} },
    ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
  });
}

// Mutant: leaving out `isAbout`.
test("a yes to some arguments is none to others", async () => {
  const { library, url } = await start();
  const { requestState } = (await round({ url })).body.result ?? {};
  const other = { ...WIPE, parameters: { path: "/" } };
  const answer = await round({ url, given: other, requestState });
  expect(answer.body.result).toMatchObject({ isError: true });
  // The library would refuse it too; it is not even asked.
  expect(library.asked).toHaveLength(1);
});

// Mutant: leaving `tenant` out of the seal's `bind`.
test("a yes of one tenant's person is none of another's", async () => {
  const apiKeys = [keyFor("acme", "key-of-acme"), keyFor("umbrella", "key-of-umbrella")];
  const { library, url } = await start({ config: { apiKeys: apiKeys } });
  const { requestState } = (await round({ url, key: "key-of-acme" })).body.result ?? {};
  const answer = await round({ url, key: "key-of-umbrella", requestState });
  expect(answer.body.error).toMatchObject({ code: -32_602 });
  expect(library.ran).toEqual([]);
});

test("an answer to a question that was never asked is not taken", async () => {
  const { library, url } = await start();
  const asked = (await round({ url })).body.result?.requestState ?? "";
  const tampered = `${asked.slice(0, -4)}AAAA`;
  expect((await round({ url, requestState: tampered })).body.error?.code).toBe(-32_602);
  const unasked = await wireCurrent(url, {
    method: "tools/call",
    params: {
      name: "execute",
      arguments: WIPE,
      inputResponses: { confirm: { action: "accept", content: { confirm: true } } },
    },
    capabilities: { elicitation: {} },
  });
  expect(unasked.body.result).toMatchObject({ resultType: "input_required" });
  expect(library.ran).toEqual([]);
});

test("one yes runs once, however often it is sent", async () => {
  const { library, url } = await start();
  const { requestState } = (await round({ url })).body.result ?? {};
  for (const id of [2, 3, 4]) {
    const answer = await round({ url, requestState, id });
    expect(answer.body.result).toMatchObject({ structuredContent: { status: "success" } });
  }
  expect(library.ran).toHaveLength(1);
});

test("another gateway with the same secret and tool core takes the answer", async () => {
  const { url, library } = await start();
  const other = await start({ kiwi: library.kiwi });
  const { requestState } = (await round({ url })).body.result ?? {};
  const answer = await round({ url: other.url, requestState });
  expect(answer.body.result).toMatchObject({ structuredContent: { status: "success" } });
});

test("nothing hides in the question", async () => {
  const { url } = await start();
  const given = { ...WIPE, parameters: { path: "/tmp\u202E/\u200Batad" } };
  const { inputRequests } = (await round({ url, given })).body.result ?? {};
  expect(JSON.stringify(inputRequests)).toContain("u{202e}/\\\\u{200b}atad");
});

test("arguments too long to be shown are not asked about", async () => {
  const { library, url } = await start();
  const given = { ...WIPE, parameters: { path: "x".repeat(9_000) } };
  expect((await round({ url, given })).body.result).toMatchObject({ isError: true });
  expect(library.ran).toEqual([]);
});
