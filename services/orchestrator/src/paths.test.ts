import type { Clock } from "@lilux/core/async";
import type { ExecuteEvent, ExecuteRequest } from "@lilux/protocol";
import { executeDeadlines, LiluxError } from "@lilux/protocol";
import { createManualClock } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createHarness, endOf, textOf, typesOf } from "./testing/harness.ts";
import {
  candidate,
  loaded,
  prediction,
  RUN,
  SEARCH,
  SEARCH_RESULT,
  turnRequest,
} from "./testing/samples.ts";
import { proposes, says, scriptedModel } from "./testing/scripted-model.ts";

const search = async () => SEARCH_RESULT;

test("above act the call runs at once, then the model explains", async () => {
  const model = scriptedModel({ rounds: [says("One script ", "sends email.")] });
  const harness = await createHarness({ model, kiwi: { search } });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.9)) }),
  );
  expect(typesOf(events)).toEqual([
    "turn-start",
    "call-start",
    "call-end",
    "text-delta",
    "turn-end",
  ]);
  expect(events[0]).toMatchObject({ path: "fast" });
  expect(events[2]).toMatchObject({ ok: true, result: SEARCH_RESULT });
  expect(textOf(events)).toBe("One script sends email.");
  expect(model.requests[0]?.toolChoice).toBe("none");
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { calls: 1 } });
});

test("a chosen candidate runs however unsure the router is", async () => {
  const model = scriptedModel({ rounds: [says("Done.")] });
  const harness = await createHarness({ model, kiwi: { search } });
  const chosen = candidate(SEARCH, 0.3);
  const events = await harness.run(turnRequest({ kind: "accept", chosen }));
  expect(events[0]).toMatchObject({ path: "fast" });
  expect(typesOf(events)).toContain("call-end");
});

test("a result that is already there is used instead of reading again", async () => {
  const { digestCall } = await import("@lilux/core/calls");
  const model = scriptedModel({ rounds: [says("Done.")] });
  const harness = await createHarness({ model });
  const events = await harness.run(
    turnRequest(
      {},
      {
        prediction: prediction(candidate(SEARCH, 0.9)),
        speculated: { [digestCall(SEARCH)]: SEARCH_RESULT },
      },
    ),
  );
  expect(events[2]).toMatchObject({ type: "call-end", ok: true, result: SEARCH_RESULT });
});

test("between show and act a yes of the model runs the call", async () => {
  const model = scriptedModel({
    rounds: [says("Found one.")],
    structured: async () => ({ answer: "A" }),
  });
  const harness = await createHarness({ model, kiwi: { search } });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.7)) }),
  );
  expect(events[0]).toMatchObject({ path: "verify" });
  expect(typesOf(events)).toContain("call-end");
});

test.each([
  ["a no", async () => ({ answer: "B" })],
  ["an answer of another form", async () => ({ yes: 1 })],
  [
    "a failure",
    async () => {
      throw new LiluxError("llm_unavailable");
    },
  ],
])("between show and act %s of the model leaves it the decision", async (_, structured) => {
  const model = scriptedModel({ rounds: [says("Which emails?")], structured });
  const harness = await createHarness({ model });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.7)) }),
  );
  expect(typesOf(events)).toEqual(["turn-start", "text-delta", "turn-end"]);
  expect(model.requests[0]?.tools.map((tool) => tool.name)).toEqual(["search", "load", "execute"]);
});

test("the model's calls run and their results come back to it", async () => {
  const model = scriptedModel({
    rounds: [proposes([SEARCH], "Let me look."), says("There is one.")],
  });
  const harness = await createHarness({ model, kiwi: { search } });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(events[0]).toMatchObject({ path: "slow" });
  expect(textOf(events)).toBe("Let me look.\n\nThere is one.");
  const told = model.requests[1]?.messages.at(-1);
  expect(told).toMatchObject({ role: "tool", toolCallId: "call_0" });
  expect(told?.content).toContain("send_email");
});

test("a call the model wrote wrongly is answered with what is wrong, and does not run", async () => {
  const wrong = { name: "search", arguments: { item_type: "recipe", query: "x" } } as never;
  const model = scriptedModel({ rounds: [proposes([wrong]), says("Sorry.")] });
  const harness = await createHarness({ model });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(typesOf(events)).toEqual(["turn-start", "text-delta", "turn-end"]);
  expect(model.requests[1]?.messages.at(-1)?.content).toContain("item_type");
});

// Mutant: `isStuck` left out of `isSpent` (eight requests).
test("repeats do not run, and whoever only repeats is asked for an answer in words", async () => {
  const rounds = Array.from({ length: 3 }, () => proposes([SEARCH]));
  let searches = 0;
  const model = scriptedModel({ rounds: [...rounds, says("That is all I found.")] });
  const harness = await createHarness({
    model,
    kiwi: {
      search: async () => {
        searches += 1;
        return SEARCH_RESULT;
      },
    },
  });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(searches).toBe(1);
  expect(model.requests.map(({ toolChoice }) => toolChoice)).toEqual([
    ...["auto", "auto", "auto"],
    "none",
  ]);
  expect(textOf(events)).toBe("That is all I found.");
  expect(endOf(events).outcome).toBe("completed");
});

test("the loop is bounded: the last round may call nothing", async () => {
  const rounds = Array.from({ length: 7 }, (_, index) => {
    const query = `mail ${index}`;
    return proposes([{ ...SEARCH, arguments: { ...SEARCH.arguments, query } }]);
  });
  const model = scriptedModel({ rounds: [...rounds, says("That is all I found.")] });
  const harness = await createHarness({ model, kiwi: { search: async () => SEARCH_RESULT } });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(model.requests).toHaveLength(8);
  expect(model.requests.at(-1)?.toolChoice).toBe("none");
  expect(endOf(events).outcome).toBe("completed");
});

test("no turn makes more than sixteen calls", async () => {
  const many = Array.from({ length: 20 }, (_, index) => ({
    ...SEARCH,
    arguments: { ...SEARCH.arguments, query: `email ${index}` },
  }));
  const model = scriptedModel({ rounds: [proposes(many), says("Enough.")] });
  const harness = await createHarness({ model, kiwi: { search } });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(events.filter((event) => event.type === "call-end")).toHaveLength(16);
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { calls: 16 } });
});

test("a directive's steps become a plan, and calls on its behalf carry its grants", async () => {
  const grants = [{ verb: "execute", attributes: { resource: "script", id: "purge" } }];
  const seen: ExecuteRequest[] = [];
  const directive = {
    name: "execute",
    arguments: { item_type: "directive", item_id: "tidy", action: "run" },
  } as const;
  const model = scriptedModel({
    rounds: [
      proposes([RUN]),
      () => [
        {
          type: "tool-call",
          call: { id: "m", name: "mark_step", arguments: '{"step":1,"state":"done"}' },
        },
      ],
      says("Tidied."),
    ],
  });
  const harness = await createHarness({
    model,
    kiwi: {
      load: async () => loaded("write"),
      async *execute(request): AsyncGenerator<ExecuteEvent> {
        seen.push(request);
        const { item_type, item_id } = request.arguments;
        const base = { item_type, item_id, action: "run", metadata: { durationMs: 1 } } as const;
        const step = {
          name: "purge",
          description: "",
          action: "Judge what is old.",
          attributes: {},
        };
        if (item_type === "directive") {
          const ready = { status: "ready", data: {}, steps: [step], permissions: grants } as const;
          yield {
            type: "result",
            result: { ...base, ...ready, steps: [step], permissions: grants },
          };
        } else yield { type: "result", result: { ...base, status: "success", data: {} } };
      },
    },
  });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(directive, 0.95)) }),
  );
  expect(seen.map((request) => request.grants)).toEqual([undefined, grants]);
  const plans = events.flatMap((event) => (event.type === "plan-update" ? [event.steps] : []));
  expect(plans[0]).toEqual([{ title: "purge", state: "pending" }]);
  expect(plans.at(-1)).toEqual([{ title: "purge", state: "done" }]);
});

test.each([
  ["llm_unavailable", true],
  ["llm_rejected", false],
  ["llm_truncated", true],
] as const)(
  "when the model fails with %s, the turn ends once, failed and typed",
  async (code, retryable) => {
    const model = scriptedModel({
      rounds: [
        // biome-ignore lint/correctness/useYield: a model that fails before its first word.
        async function* () {
          throw new LiluxError(code);
        },
      ],
    });
    const harness = await createHarness({ model });
    const events = await harness.run(turnRequest({ kind: "ask" }));
    expect(events.filter((event) => event.type === "turn-end")).toHaveLength(1);
    expect(endOf(events)).toMatchObject({ outcome: "failed", error: { code, retryable } });
  },
);

test("when only the explanation fails, the result stands and is shown in its plain form", async () => {
  const model = scriptedModel({
    rounds: [
      // biome-ignore lint/correctness/useYield: a model that fails before its first word.
      async function* () {
        throw new LiluxError("llm_unavailable");
      },
    ],
  });
  const harness = await createHarness({ model, kiwi: { search } });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.9)) }),
  );
  expect(textOf(events)).toContain("email/send_email");
  expect(endOf(events).outcome).toBe("completed");
});

/** Time passes only while somebody sleeps, and then at once. */
function hastyClock(): Clock {
  let at = 0;
  return {
    unix: () => at,
    monotonic: () => at,
    async sleep(ms) {
      at += ms;
    },
  };
}

test("a tool core that stays down fails a fast turn with its own error", async () => {
  const model = scriptedModel({ rounds: [] });
  let asked = 0;
  const harness = await createHarness({
    model,
    clock: hastyClock(),
    kiwi: {
      search: async () => {
        asked += 1;
        throw new LiluxError("kiwi_unavailable");
      },
    },
  });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.9)) }),
  );
  expect(endOf(events)).toMatchObject({ outcome: "failed", error: { code: "kiwi_unavailable" } });
  expect(asked).toBeGreaterThan(10);
});

// Mutant: `rideOut` that calls once.
test("a tool core that is away for a moment costs the turn a moment: the call runs, under its own id", async () => {
  const seen: string[] = [];
  const model = scriptedModel({ rounds: [says("Done.")] });
  const harness = await createHarness({
    model,
    clock: hastyClock(),
    kiwi: {
      load: async () => loaded("write"),
      async *execute({ callId }: ExecuteRequest): AsyncGenerator<ExecuteEvent> {
        seen.push(callId);
        if (seen.length < 3) throw new LiluxError("kiwi_unavailable");
        const ran = { item_type: "script", item_id: "purge", action: "run" } as const;
        const metadata = { durationMs: 1 };
        yield { type: "result", result: { ...ran, status: "success", data: {}, metadata } };
      },
    },
  });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(RUN, 0.9)) }),
  );
  expect(endOf(events).outcome).toBe("completed");
  expect(seen).toHaveLength(3);
  expect(new Set(seen).size).toBe(1);
  expect(events.filter(({ type }) => type === "call-start")).toHaveLength(1);
});

test("a sure call that the library refuses is put right by the model, with tools", async () => {
  const seen: ExecuteRequest[] = [];
  const corrected = {
    ...RUN,
    arguments: { ...RUN.arguments, parameters: { days: 3, path: "tmp" } },
  };
  const model = scriptedModel({ rounds: [proposes([corrected]), says("Purged.")] });
  const harness = await createHarness({
    model,
    kiwi: {
      load: async () => loaded("write"),
      async *execute(request): AsyncGenerator<ExecuteEvent> {
        seen.push(request);
        if (request.arguments.parameters?.["path"] === undefined) {
          throw new LiluxError("invalid_inputs", { message: "path is required." });
        }
        const base = { item_type: "script", item_id: "purge", action: "run" } as const;
        const metadata = { durationMs: 1 };
        yield { type: "result", result: { ...base, status: "success", data: {}, metadata } };
      },
    },
  });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(RUN, 0.95)) }),
  );
  expect(seen).toHaveLength(2);
  expect(model.requests[0]?.messages.at(-1)?.content).toContain("path is required.");
  expect(textOf(events)).toBe("Purged.");
});

test("when calls took all of the loop's time, the model gets one last answer without tools", async () => {
  const clock = createManualClock();
  const model = scriptedModel({ rounds: [proposes([SEARCH]), says("That took long.")] });
  const slow = async () => {
    // Its own two minutes, and the longest script besides.
    clock.advance(130_000 + executeDeadlines().caller);
    return SEARCH_RESULT;
  };
  const harness = await createHarness({ model, clock, kiwi: { search: slow } });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  expect(model.requests[1]?.toolChoice).toBe("none");
  expect(textOf(events)).toBe("That took long.");
  expect(endOf(events).outcome).toBe("completed");
});

test("a model is given results cut to size, and a turn's results together have a bound", async () => {
  const many = Array.from({ length: 8 }, (_, index) => ({
    ...SEARCH,
    arguments: { ...SEARCH.arguments, query: `email ${index}` },
  }));
  const [hit] = SEARCH_RESULT.results;
  if (hit === undefined) throw new Error("the sample has no hit");
  const results = [{ ...hit, description: "x".repeat(20_000) }];
  const model = scriptedModel({ rounds: [proposes(many), says("Long.")] });
  const harness = await createHarness({
    model,
    kiwi: { search: async () => ({ ...SEARCH_RESULT, results }) },
  });
  const events = await harness.run(turnRequest({ kind: "ask" }));
  const told = model.requests[1]?.messages.filter((message) => message.role === "tool") ?? [];
  expect(told).toHaveLength(8);
  expect(told[0]?.content).toContain("[cut: ");
  expect(told.reduce((sum, message) => sum + message.content.length, 0)).toBeLessThan(64_000);
  const ends = events.flatMap((event) => (event.type === "call-end" ? [event.result] : []));
  expect(ends[0]).toMatchObject({ results });
});
