import { type ExecuteEvent, LiluxError } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { expect, test } from "vitest";
import { createHarness, endOf } from "./testing/harness.ts";
import { loaded, turnRequest } from "./testing/samples.ts";
import { proposes, says, scriptedModel } from "./testing/scripted-model.ts";

/** A tool core where the item is only in the registry, published by somebody else. */
function strangersItem(): { kiwi: Partial<KiwiApi>; confirmed: boolean[] } {
  const confirmed: boolean[] = [];
  const kiwi: Partial<KiwiApi> = {
    async load({ arguments: { source, item_id } }) {
      const isThere = source === "registry" && item_id === "@acme/scrape";
      if (!isThere) throw new LiluxError("item_not_found");
      return loaded("read");
    },
    async *execute({ arguments: given, confirmation }): AsyncGenerator<ExecuteEvent> {
      confirmed.push(confirmation !== undefined);
      if (confirmation === undefined) throw new LiluxError("confirm_required");
      const { item_type, item_id, action } = given;
      const base = { item_type, item_id, action, metadata: { durationMs: 1 } };
      yield { type: "result", result: { ...base, status: "success", data: {} } };
    },
  };
  return { kiwi, confirmed };
}

async function runItem(item_id: string) {
  const { kiwi, confirmed } = strangersItem();
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id, action: "run" },
  } as const;
  const model = scriptedModel({ rounds: [proposes([call]), says("Done.")] });
  const harness = await createHarness({ model, kiwi });
  const events = await harness.run(turnRequest({ kind: "ask" }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: event.callId, approve: true });
    },
  });
  return { events, confirmed, end: events.find(({ type }) => type === "call-end") };
}

// Mutant: `SOURCES` without "registry"; the call ends as item_not_found.
test("an item of the registry that nobody pulled runs in a turn once the person confirmed it", async () => {
  const { events, confirmed, end } = await runItem("@acme/scrape");
  expect(end).toMatchObject({ ok: true });
  expect(confirmed).toEqual([false, true]);
  expect(events.filter(({ type }) => type === "confirm-request")).toHaveLength(1);
  expect(endOf(events)).toBeDefined();
});

test("an item that is nowhere is not found, and nobody is asked", async () => {
  const { events, confirmed, end } = await runItem("@acme/nothing");
  expect(end).toMatchObject({ ok: false, error: { code: "item_not_found" } });
  expect(confirmed).toEqual([]);
  expect(events.filter(({ type }) => type === "confirm-request")).toEqual([]);
});
