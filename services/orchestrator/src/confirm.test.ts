import { digestCall } from "@lilux/core/calls";
import {
  type Candidate,
  type ExecuteEvent,
  type ExecuteRequest,
  LiluxError,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createManualClock, eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createHarness, endOf, textOf, typesOf } from "./testing/harness.ts";
import { candidate, loaded, prediction, RUN, turnRequest } from "./testing/samples.ts";
import { proposes, says, scriptedModel } from "./testing/scripted-model.ts";

const CERTAIN: Candidate = candidate(RUN, 0.999);
const NONCE = "n-1";
const WHY = "What the script purge does may not be undone.";

function purging(ran: ExecuteRequest[], effect: "write" | "destructive" = "destructive") {
  return {
    load: async () => loaded(effect),
    async *execute(request: ExecuteRequest): AsyncGenerator<ExecuteEvent> {
      if (request.confirmation === undefined && effect === "destructive") {
        throw new LiluxError("confirm_required", { details: { nonce: NONCE, why: WHY } });
      }
      ran.push(request);
      const base = { item_type: "script", item_id: "purge", action: "run" } as const;
      const result = { ...base, status: "success", data: {}, metadata: { durationMs: 1 } } as const;
      yield { type: "result", result };
    },
  } satisfies Partial<KiwiApi>;
}

// Fails when `confirmAndRun` leaves the confirmation out, or `askPerson` its nonce.
test("however sure the router is, a destructive call waits for a yes to its exact arguments", async () => {
  const ran: ExecuteRequest[] = [];
  const model = scriptedModel({ rounds: [says("Purged.")] });
  const harness = await createHarness({ model, kiwi: purging(ran) });
  const events = await harness.run(turnRequest({ kind: "accept", chosen: CERTAIN }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      expect(ran).toHaveLength(0);
      expect(event).toMatchObject({ call: RUN, effect: "destructive" });
      expect(event.reason).toBe(WHY);
      commands.push({ type: "confirm", callId: event.callId, approve: true });
    },
  });
  expect(typesOf(events)).toEqual([
    "turn-start",
    "confirm-request",
    "call-start",
    "call-end",
    "text-delta",
    "turn-end",
  ]);
  expect(ran[0]?.confirmation).toEqual({
    callId: ran[0]?.callId,
    callDigest: digestCall(RUN),
    nonce: NONCE,
  });
});

// Mutant: `QUESTIONS_MAX` of 1.
test("content that changed between question and yes is asked about anew, and not for ever", async () => {
  const run = async (restsAfter: number) => {
    let asked = 0;
    const kiwi: Partial<KiwiApi> = {
      ...purging([]),
      async *execute(request) {
        if (asked < restsAfter || request.confirmation?.nonce !== `n-${asked}`) {
          asked += 1;
          const details = { nonce: `n-${asked}`, why: `Version ${asked}.` };
          throw new LiluxError("confirm_required", { details });
        }
        yield* purging([]).execute(request);
      },
    };
    const model = scriptedModel({ rounds: [says("Done.")] });
    const harness = await createHarness({ model, kiwi });
    const reasons: string[] = [];
    const events = await harness.run(turnRequest({ kind: "accept", chosen: CERTAIN }), {
      onEvent(event, commands) {
        if (event.type !== "confirm-request") return;
        reasons.push(event.reason);
        commands.push({ type: "confirm", callId: event.callId, approve: true });
      },
    });
    return { reasons, end: events.find((event) => event.type === "call-end") };
  };
  expect(await run(2)).toMatchObject({ reasons: ["Version 1.", "Version 2."], end: { ok: true } });
  const restless = await run(9);
  expect(restless.reasons).toHaveLength(3);
  expect(restless.end).toMatchObject({ ok: false, error: { code: "confirm_declined" } });
  expect(JSON.stringify(restless.end)).not.toContain("nonce");
});

test("a no ends the call with confirm_declined, and nothing ran", async () => {
  const ran: ExecuteRequest[] = [];
  const model = scriptedModel({ rounds: [] });
  const harness = await createHarness({ model, kiwi: purging(ran) });
  const events = await harness.run(turnRequest({}, { prediction: prediction(CERTAIN) }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: event.callId, approve: false });
    },
  });
  expect(ran).toHaveLength(0);
  expect(typesOf(events)).toEqual([
    "turn-start",
    "confirm-request",
    "call-end",
    "text-delta",
    "turn-end",
  ]);
  expect(events[2]).toMatchObject({ ok: false, error: { code: "confirm_declined" } });
  expect(textOf(events)).toContain("did not run");
  expect(endOf(events).outcome).toBe("completed");
});

test("a yes to another call does not run this one; nobody's answer in five minutes is a no", async () => {
  const ran: ExecuteRequest[] = [];
  const clock = createManualClock();
  const model = scriptedModel({ rounds: [proposes([RUN]), says("I left it.")] });
  const harness = await createHarness({ model, clock, kiwi: purging(ran) });
  const ended = harness.run(turnRequest({ kind: "ask" }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: "turn-1.77", approve: true });
    },
  });
  await eventually(() => clock.sleepers(300_000) > 0, { withinMs: 20_000 });
  clock.advance(300_000);
  const events = await ended;
  expect(ran).toHaveLength(0);
  expect(textOf(events)).toBe("I left it.");
  expect(await harness.metrics()).toContain('confirms_total{outcome="timeout"} 1');
});

test("an item that became destructive since it was looked up is asked for, too", async () => {
  const ran: ExecuteRequest[] = [];
  const model = scriptedModel({ rounds: [says("Purged.")] });
  const kiwi = { ...purging(ran), load: async () => loaded("write") };
  const harness = await createHarness({ model, kiwi });
  const events = await harness.run(turnRequest({}, { prediction: prediction(CERTAIN) }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: event.callId, approve: true });
    },
  });
  expect(ran.map((request) => request.confirmation !== undefined)).toEqual([true]);
  expect(events.filter((event) => event.type === "call-end")).toMatchObject([{ ok: true }]);
});

test("an item nobody knows is not asked for: the library's error is the answer", async () => {
  const model = scriptedModel({ rounds: [says("There is no such script.")] });
  const load = async () => {
    throw new LiluxError("item_not_found");
  };
  const harness = await createHarness({ model, kiwi: { load } });
  const events = await harness.run(turnRequest({}, { prediction: prediction(CERTAIN) }));
  expect(typesOf(events)).toEqual(["turn-start", "call-end", "text-delta", "turn-end"]);
  expect(events[1]).toMatchObject({ ok: false, error: { code: "item_not_found" } });
});

test("the question says why in the tool core's words, and whose work would run", async () => {
  const provenance = { by: "model", how: "pulled", at: "2026-03-04T05:06:07.000Z" } as const;
  const item = { provenance: { ...provenance, namespace: "eve", version: "1.2.0" } };
  const model = scriptedModel({ rounds: [] });
  const kiwi = {
    ...purging([]),
    // biome-ignore lint/correctness/useYield: it only refuses.
    async *execute(): AsyncGenerator<ExecuteEvent> {
      throw new LiluxError("confirm_required", { details: { why: WHY, effect: "write", item } });
    },
  };
  const harness = await createHarness({ model, kiwi });
  const events = await harness.run(turnRequest({ kind: "accept", chosen: CERTAIN }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: event.callId, approve: false });
    },
  });
  expect(events.find(({ type }) => type === "confirm-request")).toMatchObject({
    effect: "write",
    reason: `${WHY} It was pulled from @eve 1.2.0 by a model on 2026-03-04.`,
  });
});
