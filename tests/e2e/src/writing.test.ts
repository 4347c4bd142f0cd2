import { createLiluxClient } from "@lilux/client";
import type { ExecuteResult, ItemList } from "@lilux/protocol";
import { eventually, type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventsOf, only, predictionFor } from "./ask.ts";
import { MODES, type Running, startMode } from "./start-mode.ts";

type Answer = { status: number; body: Record<string, unknown> };

describe.each(MODES)("%s: writing to the library", (mode) => {
  let project: TemporaryDirectory;
  let running: Running;

  beforeAll(async () => {
    project = await temporaryDirectory();
    running = await startMode(mode, { project: project.path });
  }, 150_000);
  afterAll(async () => {
    await running.stop();
    await project.remove();
  });

  async function execute(body: object): Promise<Answer> {
    const response = await fetch(`${running.url}/v1/execute`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ item_type: "knowledge", item_id: "notes/first", ...body }),
      signal: AbortSignal.timeout(60_000),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function itemIds(): Promise<string[]> {
    const response = await fetch(`${running.url}/v1/items`);
    return ((await response.json()) as ItemList).items.map((item) => item.qualified_id);
  }

  test("over REST an item is created, changed, deleted on a confirmed call, and restored", async () => {
    // Nearly as long as a file may be, and longer than any other request.
    const body = "All that is known. ".repeat(50_000).trim();
    const created = await execute({ action: "create", parameters: { title: "First", body } });
    expect(created.body, JSON.stringify(created.body)).toMatchObject({ status: "success" });
    expect(await itemIds()).toContain("notes/first");
    const changed = await execute({ action: "update", parameters: { tags: ["known"] } });
    expect(changed.body).toMatchObject({ data: { changed: true } });
    const asked = await execute({ action: "delete" });
    expect(asked.status).toBe(428);
    const { callId, callDigest, nonce } = asked.body["details"] as Record<string, string>;
    const guessed = { callId, callDigest };
    expect((await execute({ action: "delete", confirmation: guessed })).status).toBe(428);
    const confirmation = { callId, callDigest, nonce };
    const deleted = await execute({ action: "delete", confirmation });
    const { kept_version } = deleted.body["data"] as { kept_version: string };
    expect(await itemIds()).not.toContain("notes/first");
    const restored = await execute({ action: "create", parameters: { restore: kept_version } });
    expect(restored.body).toMatchObject({ status: "success" });
    expect(await itemIds()).toContain("notes/first");
  }, 120_000);

  test("a typed line creates a draft on Tab", async () => {
    const client = createLiluxClient({ url: running.url });
    await client.ready();
    try {
      const index = await eventually(
        async () => {
          const { candidates } = await predictionFor(
            client,
            "create a new directive weekly report",
          );
          const at = candidates.findIndex(({ call }) => isCreate(call));
          if (at < 0) throw new Error(JSON.stringify(candidates));
          return at;
        },
        { withinMs: 20_000, everyMs: 200 },
      );
      const events = await eventsOf(client.accept(index));
      const end = only(events, "call-end");
      expect(end.ok, JSON.stringify(end)).toBe(true);
      const { data } = end.result as ExecuteResult;
      expect(data).toMatchObject({ changed: true, draft: true });
      expect(await itemIds()).toContain((data as { qualified_id: string }).qualified_id);
    } finally {
      client.close();
    }
  });
});

function isCreate(call: { name: string | null; arguments?: object }): boolean {
  return call.name === "execute" && JSON.stringify(call.arguments).includes('"create"');
}
