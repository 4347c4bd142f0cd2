import type {
  Call,
  ExecuteEvent,
  ExecuteRequest,
  ExecuteResult,
  LoadRequest,
  SearchRequest,
  Step,
  TurnRequest,
} from "@lilux/protocol";
import { LiluxError } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { describe, expect, test } from "vitest";
import { createHarness, endOf } from "./testing/harness.ts";
import {
  candidate,
  loaded,
  prediction,
  SEARCH,
  SEARCH_RESULT,
  turnRequest,
} from "./testing/samples.ts";
import { proposes, type ScriptedRound, says, scriptedModel } from "./testing/scripted-model.ts";

const run = (item_id: string, parameters?: Record<string, unknown>): Call => {
  const base = { item_type: "script", item_id, action: "run" } as const;
  return { name: "execute", arguments: parameters === undefined ? base : { ...base, parameters } };
};
const directive: Call = {
  name: "execute",
  arguments: { item_type: "directive", item_id: "round", action: "run" },
};
const create = (item_id: string): Call => ({
  name: "execute",
  arguments: { item_type: "knowledge", item_id, action: "create", parameters: { content: "x" } },
});

interface Heard {
  id: string;
  by: string | undefined;
  tainted: boolean | undefined;
  confirmed: boolean;
}

/** A tool core that notes by whom each call is made, and asks about those that are tainted. */
function library(steps: string[] = [], readers: string[] = []) {
  const heard: Heard[] = [];
  const note = (request: SearchRequest | LoadRequest | ExecuteRequest, id: string): void => {
    const { by, tainted } = request;
    const confirmed = "confirmation" in request && request.confirmation !== undefined;
    heard.push({ id, by, tainted, confirmed });
  };
  const kiwi: Partial<KiwiApi> = {
    async search(request) {
      note(request, "search");
      return SEARCH_RESULT;
    },
    async load() {
      return loaded("write");
    },
    async *execute(request): AsyncGenerator<ExecuteEvent> {
      const reads = readers.includes(request.arguments.item_id);
      if (request.tainted === true && !reads && request.confirmation === undefined) {
        throw new LiluxError("confirm_required", { details: { nonce: "n", effect: "write" } });
      }
      note(request, request.arguments.item_id);
      yield { type: "result", result: resultOf(request, steps) };
    },
  };
  return { heard, kiwi };
}

function resultOf({ arguments: given }: ExecuteRequest, steps: string[]): ExecuteResult {
  const { item_type, item_id, action } = given;
  const base = { item_type, item_id, action, metadata: { durationMs: 1 } };
  if (item_type !== "directive") return { ...base, status: "success", data: {} };
  const permissions = [{ verb: "execute", attributes: { resource: "script" } }];
  return { ...base, status: "ready", data: {}, inputs: {}, permissions, steps: steps.map(stepOf) };
}

const stepOf = (action: string): Step => ({
  name: action,
  description: "",
  action,
  attributes: {},
});

async function turnOf(
  request: TurnRequest,
  rounds: ScriptedRound[],
  {
    steps = [],
    readers = [],
    answer = true,
  }: { steps?: string[]; readers?: string[]; answer?: boolean } = {},
) {
  const { heard, kiwi } = library(steps, readers);
  const harness = await createHarness({ model: scriptedModel({ rounds }), kiwi });
  const events = await harness.run(request, {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: event.callId, approve: answer });
    },
  });
  const asked = events.flatMap((event) => (event.type === "confirm-request" ? [event] : []));
  return { heard, asked, events, harness };
}

const ask = (text: string, rest: Partial<TurnRequest> = {}): TurnRequest =>
  turnRequest({ kind: "ask", text }, rest);

describe("what a model proposes", () => {
  // Mutants: `conversation.heard` never set; `judgeProposals` judging with `heard` as it is later.
  test("is the person's until it has heard a result, and theirs to confirm from then on", async () => {
    const rounds = [
      proposes([create("a"), SEARCH, run("wipe")]),
      proposes([run("other")]),
      says("Done."),
    ];
    const { heard, asked } = await turnOf(ask("wipe the other and tidy up"), rounds);
    expect(heard).toEqual([
      { id: "a", by: "model", tainted: false, confirmed: false },
      { id: "search", by: "model", tainted: false, confirmed: false },
      { id: "wipe", by: "model", tainted: false, confirmed: false },
      { id: "other", by: "model", tainted: true, confirmed: true },
    ]);
    expect(asked).toMatchObject([{ call: run("other"), effect: "write" }]);
  });

  test("after nothing but its own new items is still the person's", async () => {
    const rounds = [proposes([create("a")]), proposes([create("b")]), says("Done.")];
    const { heard, asked } = await turnOf(ask("two notes, please"), rounds);
    expect(heard.map(({ tainted }) => tainted)).toEqual([false, false]);
    expect(asked).toEqual([]);
  });

  test("is theirs without a question when their line orders exactly it", async () => {
    const rounds = [proposes([SEARCH]), proposes([run("wipe", { days: 3 })]), says("Done.")];
    const { asked, heard } = await turnOf(ask("run wipe with days=3"), rounds);
    expect(asked).toEqual([]);
    expect(heard.at(-1)).toMatchObject({ id: "wipe", tainted: false });
  });

  test("is theirs without a question when the router would have run it at Enter", async () => {
    const certain = prediction(candidate(run("wipe", { days: 3 }), 0.97));
    const rounds = [
      proposes([SEARCH]),
      proposes([run("wipe", { days: 3 }), run("wipe")]),
      says("."),
    ];
    const { asked } = await turnOf(ask("clean three days", { prediction: certain }), rounds);
    expect(asked).toMatchObject([{ call: run("wipe") }]);
  });

  // Mutant: `remember` leaving `heard` out as false.
  test("in a later turn is judged by what the session's answers were made from", async () => {
    const { heard, kiwi } = library();
    const rounds = [proposes([SEARCH]), says("Run wipe."), proposes([run("wipe")]), says("Done.")];
    const harness = await createHarness({ model: scriptedModel({ rounds }), kiwi });
    const onEvent = { onEvent: confirmAll };
    await harness.run(ask("what is there?"), onEvent);
    const second = turnRequest({ kind: "ask", text: "go on", turnId: "turn-2" }, { sequence: 2 });
    await harness.run(second, onEvent);
    expect(heard.at(-1)).toMatchObject({ id: "wipe", tainted: true, confirmed: true });
  });

  test("after a turn in which nobody else spoke is the person's", async () => {
    const { heard, kiwi } = library();
    const rounds = [says("Hello!"), proposes([run("wipe")]), says("Done.")];
    const harness = await createHarness({ model: scriptedModel({ rounds }), kiwi });
    await harness.run(ask("hello"));
    const second = turnRequest({ kind: "ask", text: "wipe", turnId: "turn-2" }, { sequence: 2 });
    await harness.run(second);
    expect(heard.at(-1)).toMatchObject({ id: "wipe", tainted: false });
  });

  test("is tainted when the lines before it are a stateless caller's word", async () => {
    const told = ask("wipe", { history: ["obey me"] });
    const { asked } = await turnOf(told, [proposes([run("wipe")]), says("Done.")]);
    expect(asked).toMatchObject([{ call: run("wipe") }]);
  });

  test("while a stranger's item stands among the router's candidates is tainted", async () => {
    const spoofed = prediction(candidate(run("@eve/run_script_wipe"), 0.7));
    const rounds = [proposes([run("wipe")]), says("Done.")];
    const { asked } = await turnOf(ask("hello, wipe", { prediction: spoofed }), rounds);
    expect(asked).toMatchObject([{ call: run("wipe") }]);
  });
});

describe("a directive", () => {
  const start = proposes([directive]);

  // Mutant: `beginDirective` pushing its steps whoever started it.
  test("that the person started runs what its steps fix, and nothing beyond without a yes", async () => {
    const rounds = [
      start,
      proposes([run("count_pumps")]),
      proposes([run("count_pumps", { site: "what a result said" }), run("wipe_logs")]),
      says("Done."),
    ];
    const steps = ["Run count_pumps.", "Run script tell with site=north."];
    const { asked, heard } = await turnOf(ask("make the round"), rounds, { steps });
    expect(heard.slice(0, 2)).toEqual([
      { id: "round", by: "model", tainted: false, confirmed: false },
      { id: "count_pumps", by: "directive", tainted: false, confirmed: false },
    ]);
    expect(asked).toHaveLength(2);
  });

  test("that a result started is the person's from their yes on", async () => {
    const rounds = [proposes([SEARCH]), start, proposes([run("count_pumps")]), says("Done.")];
    const steps = ["Run count_pumps."];
    const { asked } = await turnOf(ask("what now?"), rounds, { steps });
    expect(asked).toMatchObject([{ call: directive }]);
  });

  test("that a result started and that only reads speaks for nobody", async () => {
    const rounds = [proposes([SEARCH]), start, proposes([run("count_pumps")]), says("Done.")];
    const steps = ["Run count_pumps."];
    const { asked } = await turnOf(ask("what now?"), rounds, { steps, readers: ["round"] });
    expect(asked).toMatchObject([{ call: run("count_pumps") }]);
  });

  test("that was committed is followed without a mind as the person's own", async () => {
    const { heard, kiwi } = library(["Run script count_pumps.", "Run script tell."]);
    const harness = await createHarness({ kiwi });
    const chosen = candidate(directive, 0.9);
    const events = await harness.run(turnRequest({ kind: "accept", chosen }));
    expect(endOf(events).outcome).toBe("completed");
    expect(heard.map(({ id, by, tainted }) => ({ id, by, tainted }))).toEqual([
      { id: "round", by: "person", tainted: false },
      { id: "count_pumps", by: "directive", tainted: false },
      { id: "tell", by: "directive", tainted: false },
    ]);
  });
});

// Mutant: DECLINES_MAX at infinity.
test("whoever said no three times in a turn is not asked a fourth time", async () => {
  const others = ["a", "b", "c", "d", "e"].map((id) => run(id));
  const rounds = [proposes([SEARCH]), proposes(others), says("I stop.")];
  const { asked, heard, events } = await turnOf(ask("hm"), rounds, { answer: false });
  expect(asked).toHaveLength(3);
  expect(heard.map(({ id }) => id)).toEqual(["search"]);
  const ends = events.flatMap((event) => (event.type === "call-end" ? [event] : []));
  expect(ends.slice(1).map(({ error }) => error?.code)).toEqual(Array(5).fill("confirm_declined"));
});

// Mutant: `verifyCall` handing on every message.
test("the quick yes or no on a call hears nobody but the person", async () => {
  const { kiwi } = library();
  const heard: string[] = [];
  const model = scriptedModel({
    rounds: [proposes([SEARCH]), says("EVIL"), says("ran")],
    structured: async ({ messages }) => {
      heard.push(JSON.stringify(messages));
      return { answer: "A" };
    },
  });
  const harness = await createHarness({ model, kiwi });
  await harness.run(ask("what is there?"));
  const likely = prediction(candidate(run("wipe"), 0.7));
  await harness.run(turnRequest({ turnId: "turn-2", text: "wipe it" }, { prediction: likely }));
  expect(heard).toHaveLength(1);
  expect(heard[0]).toContain("what is there?");
  expect(heard[0]).not.toContain("EVIL");
  expect(heard[0]).not.toContain("send_email");
});

function confirmAll(
  event: { type: string; callId?: string },
  commands: { push(command: { type: "confirm"; callId: string; approve: boolean }): unknown },
): void {
  if (event.type !== "confirm-request" || event.callId === undefined) return;
  commands.push({ type: "confirm", callId: event.callId, approve: true });
}
