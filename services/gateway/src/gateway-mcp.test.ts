import { createParser, LoadResult, SearchResult } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { CLIENTS, type McpTestClient, officialClient } from "./testing/mcp-clients.ts";
import { itemNamed, type ScriptedLibrary, scriptedLibrary } from "./testing/scripted-library.ts";
import {
  keyFor,
  startGateway,
  type TestGateway,
  type TestGatewayOptions,
} from "./testing/start-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(
  library: ScriptedLibrary,
  options: TestGatewayOptions = {},
): Promise<TestGateway & { url: string }> {
  const gateway = await startGateway({ kiwi: library.kiwi, ...options });
  closing.push(() => gateway.stop());
  return { ...gateway, url: `${gateway.http}/mcp` };
}

function closeLater<T extends McpTestClient>(client: T): T {
  closing.push(() => client.close());
  return client;
}

const ITEMS = [
  itemNamed("email/send"),
  itemNamed("email/outreach/plan", {
    item_type: "directive",
    inputs: [
      { name: "goal", type: "string", required: true, description: "What for." },
      { name: "days", type: "integer", required: false },
    ],
  }),
  itemNamed("tone", { item_type: "knowledge" }),
  itemNamed("slow"),
];

test.each(CLIENTS)("%s finds, reads and runs items", async (_name, connect) => {
  const library = scriptedLibrary({ local: ITEMS });
  const { url, metric } = await start(library);
  const client = closeLater(await connect({ url }));
  const tools = await client.tools();
  expect(tools.map(({ name }) => name)).toEqual(["search", "load", "execute", "help"]);

  const found = await client.call("search", { item_type: "tool", query: "send" });
  expect(found.isError ?? false).toBe(false);
  expect(found.content[0]?.text).toContain("email/send");
  expect(createParser(SearchResult, "result").parse(found.structuredContent).total).toBe(1);

  const where = { item_type: "directive", item_id: "email/outreach/plan", source: "project" };
  const loaded = await client.call("load", where);
  const { content } = createParser(LoadResult, "result").parse(loaded.structuredContent);
  expect(content).toBe("text of email/outreach/plan");

  const run = { item_type: "script", item_id: "email/send", action: "run", parameters: { n: 1 } };
  const ran = await client.call("execute", run);
  expect(ran.structuredContent).toMatchObject({ status: "success", data: { echoed: { n: 1 } } });
  expect(library.ran).toMatchObject([{ tenant: "local", arguments: run }]);
  expect((await client.call("help", { topic: "confirmation" })).content[0]?.text).toContain(
    "person",
  );
  expect(await metric("mcp_calls_total")).toBe(4);
});

test.each(CLIENTS)("%s is told what was wrong and what to do next", async (_name, connect) => {
  const { url } = await start(scriptedLibrary({ local: ITEMS }));
  const client = closeLater(await connect({ url }));
  const missing = await client.call("execute", {
    item_type: "script",
    item_id: "nothing",
    action: "run",
  });
  expect(missing).toMatchObject({
    isError: true,
    _meta: {
      "lilux/error": { code: "item_not_found", nextStep: expect.stringContaining("Search") },
    },
  });
  const wrong = await client.call("search", { item_type: "recipe", query: "x" });
  expect(wrong.isError).toBe(true);
  expect(wrong.content[0]?.text).toMatch(/^invalid_request: search: item_type must be one of/);
});

test.each(CLIENTS)(
  "%s lists items as resources, and reads and completes them",
  async (_name, connect) => {
    const { url } = await start(scriptedLibrary({ local: ITEMS }));
    const client = closeLater(await connect({ url }));
    const { resources } = await client.resources();
    expect(resources.map(({ uri }) => uri)).toContain("lilux://directive/email/outreach/plan");
    const { contents } = await client.read("lilux://script/email/send");
    expect(contents).toMatchObject([{ mimeType: "text/x-python", text: "text of email/send" }]);
    await expect(client.read("lilux://script/none")).rejects.toThrow(/not found/i);
    await expect(client.read("file:///etc/passwd")).rejects.toThrow(/not found/i);
    expect(await client.complete({ name: "item_id", value: "email/" })).toEqual([
      "email/outreach/plan",
      "email/send",
    ]);
  },
);

test("resources come by pages that a changing library does not shift", async () => {
  const items = Array.from({ length: 250 }, (_, n) => itemNamed(`n${String(n).padStart(3, "0")}`));
  const library = scriptedLibrary({ local: items });
  const { url } = await start(library);
  const client = closeLater(await officialClient("current", { url }));
  const first = await client.client.request({ method: "resources/list", params: {} });
  // Items before the place of the cursor go away.
  library.items.set("local", items.slice(50));
  const second = await client.client.request({
    method: "resources/list",
    params: { cursor: first.nextCursor },
  });
  expect(second.resources[0]?.uri).toBe("lilux://script/n100");
  const bad = { method: "resources/list", params: { cursor: "nonsense" } } as const;
  await expect(client.client.request(bad)).rejects.toThrow(/cursor/);
});

test.each(CLIENTS)("%s sees and runs nothing of another tenant", async (_name, connect) => {
  const library = scriptedLibrary({
    acme: [itemNamed("acme/own")],
    umbrella: [itemNamed("secret")],
  });
  const apiKeys = [keyFor("acme", "key-of-acme"), keyFor("umbrella", "key-of-umbrella")];
  const { url } = await start(library, { config: { apiKeys: apiKeys } });
  const acme = closeLater(await connect({ url, key: "key-of-acme" }));
  const { resources } = await acme.resources();
  expect(resources.map(({ uri }) => uri)).toEqual(["lilux://script/acme/own"]);
  await expect(acme.read("lilux://script/secret")).rejects.toThrow(/not found/i);
  const found = await acme.call("search", { item_type: "script", query: "secret" });
  expect(found.structuredContent).toMatchObject({ total: 0 });
  const run = { item_type: "script", item_id: "secret", action: "run" };
  expect((await acme.call("execute", run)).isError).toBe(true);
  expect(library.asked.every(({ tenant }) => tenant === "acme")).toBe(true);
  expect(library.ran).toEqual([]);
  await expect(connect({ url, key: "key-of-nobody" })).rejects.toThrow();
});

// Mutant: leaving out the abort of `plainAbort`.
// The independent client with a session only hangs up, which in those revisions is no cancel.
const CANCELLING = CLIENTS.filter(([name]) => name !== "an independent client with a session");
test.each(CANCELLING)("%s stops a call by letting go of it", async (_name, connect) => {
  const library = scriptedLibrary({ local: ITEMS });
  const { url } = await start(library);
  const client = closeLater(await connect({ url }));
  const stop = new AbortController();
  const call = client.call(
    "execute",
    { item_type: "script", item_id: "slow", action: "run" },
    stop.signal,
  );
  call.catch(() => undefined);
  await eventually(() => library.ran.length === 1, { withinMs: 20_000 });
  stop.abort();
  await expect(call).rejects.toThrow();
  await eventually(() => library.aborted.length === 1, { withinMs: 20_000 });
});

test.each(["current", "sessions"] as const)(
  "progress is told to who asks for it (%s)",
  async (era) => {
    const { url } = await start(scriptedLibrary({ local: ITEMS }));
    const { client } = closeLater(await officialClient(era, { url }));
    const told: unknown[] = [];
    const call = {
      name: "execute",
      arguments: { item_type: "script", item_id: "email/send", action: "run" },
    };
    await client.callTool(call, { onprogress: (progress) => told.push(progress) });
    expect(told).toEqual([{ progress: 1, message: "half way" }]);
  },
);

// Mutants: telling sessions whatever their tenant is; telling all handlers.
test.each(["current", "sessions"] as const)(
  "a changed library is announced to its own tenant's clients (%s)",
  async (era) => {
    const library = scriptedLibrary({ acme: [], umbrella: [] });
    const apiKeys = [keyFor("acme", "key-of-acme"), keyFor("umbrella", "key-of-umbrella")];
    const { url, bus } = await start(library, { config: { apiKeys: apiKeys } });
    const heard: string[] = [];
    for (const tenant of ["acme", "umbrella"]) {
      const { client } = closeLater(await officialClient(era, { url, key: `key-of-${tenant}` }));
      client.setNotificationHandler("notifications/resources/list_changed", () => {
        heard.push(tenant);
      });
      if (era === "current") await client.listen({ resourcesListChanged: true });
    }
    const publish = (tenant: string): void =>
      bus.publish(`lilux.v1.${tenant}.library`, { tenant, version: "2", changed: ["script:a"] });
    // The stream of a session opens after the handshake, in its own time.
    for (const times of [1, 2, 3]) {
      await eventually(
        () => {
          publish("acme");
          return heard.length >= times;
        },
        { withinMs: 20_000, everyMs: 50 },
      );
    }
    expect(heard).not.toContain("umbrella");
    publish("umbrella");
    await eventually(() => heard.includes("umbrella"), { withinMs: 20_000 });
  },
);

// Mutants: an input that is left empty sent along; a directive's prompt answered from its text, unchecked.
test.each(["current", "sessions"] as const)(
  "every directive is a prompt with its inputs as arguments, and is run through the checks of a run (%s)",
  async (era) => {
    const more = ["a/twin", "b/twin", "wipe"].map((id) =>
      itemNamed(id, { item_type: "directive", effect: id === "wipe" ? "destructive" : "read" }),
    );
    const library = scriptedLibrary({ local: [...ITEMS, ...more] });
    const { url } = await start(library);
    const { client } = closeLater(await officialClient(era, { url }));
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["a/twin", "b/twin", "plan", "wipe"]);
    expect(prompts.find(({ name }) => name === "plan")).toMatchObject({
      description: "What plan does",
      arguments: [
        { name: "goal", required: true, description: "What for." },
        { name: "days", required: false },
      ],
    });
    const taken = await client.getPrompt({ name: "plan", arguments: { goal: "a fair", days: "" } });
    expect(taken.messages).toMatchObject([
      { role: "user", content: { type: "text", text: expect.stringContaining("a fair") } },
    ]);
    expect(library.ran).toMatchObject([
      {
        by: "model",
        arguments: { item_id: "email/outreach/plan", parameters: { goal: "a fair" } },
      },
    ]);
    expect(library.ran[0]?.arguments.parameters).not.toHaveProperty("days");
    const refused: unknown = await client
      .getPrompt({ name: "wipe" })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ data: { code: "confirm_required" } });
    // A model could carry what confirms to another door.
    expect(JSON.stringify(refused)).not.toContain("nonce");
    await expect(client.getPrompt({ name: "twin" })).rejects.toThrow(/no prompt/);
    expect(library.ran).toHaveLength(1);
  },
);
