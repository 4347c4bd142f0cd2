import {
  type Call,
  type ExecuteCall,
  type ExecuteEvent,
  type ExecuteRequest,
  type ExecuteResult,
  LiluxError,
  type PlanStep,
  type SearchCall,
  type TurnEvent,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { expect, test } from "vitest";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { loaded, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";
import { proposes, type ScriptedRound, says, scriptedModel } from "./testing/scripted-model.ts";

const find = (query: string): SearchCall => ({
  name: "search",
  arguments: { item_type: "script", query },
});
const perform = (item_id: string, action: "run" | "create" | "update" = "run"): ExecuteCall => ({
  name: "execute",
  arguments: { item_type: "script", item_id, action },
});
const start = (item_id: string): ExecuteCall => ({
  name: "execute",
  arguments: { item_type: "directive", item_id, action: "run" },
});

interface Library {
  /** Actions of a directive's steps, by its id. */
  directives?: Record<string, string[]>;
  /** Items whose calls fail, and how often. */
  failing?: Record<string, { code: "internal" | "not_found" | "timeout"; times: number }>;
  needsYes?: string[];
  /** Scripts that run and answer that they failed. */
  saysFailed?: string[];
  search?: KiwiApi["search"];
}

/** A tool core that writes down what it was asked, as `find x`, `run y`, in order. */
function library({
  directives = {},
  failing = {},
  needsYes = [],
  saysFailed = [],
  search,
}: Library) {
  const asked: string[] = [];
  const fail = (id: string): void => {
    const left = failing[id];
    if (left === undefined || left.times === 0) return;
    left.times -= 1;
    throw left.code === "timeout"
      ? new LiluxError("deadline_exceeded")
      : new LiluxError(left.code === "not_found" ? "item_not_found" : "internal");
  };
  const kiwi: Partial<KiwiApi> = {
    async search(request, options) {
      asked.push(`find ${request.arguments.query}`);
      fail(request.arguments.query);
      return search === undefined ? SEARCH_RESULT : search(request, options);
    },
    load: async () => loaded("write"),
    async *execute(request: ExecuteRequest): AsyncGenerator<ExecuteEvent> {
      const { item_type, item_id, action } = request.arguments;
      if (needsYes.includes(item_id) && request.confirmation === undefined) {
        throw new LiluxError("confirm_required");
      }
      asked.push(`${action} ${item_id}`);
      fail(item_id);
      const base = { item_type, item_id, action, metadata: { durationMs: 1 } };
      const steps = item_type === "directive" ? (directives[item_id] ?? []) : undefined;
      const result: ExecuteResult =
        steps === undefined
          ? { ...base, status: saysFailed.includes(item_id) ? "error" : "success", data: {} }
          : {
              ...base,
              status: "ready",
              data: {},
              permissions: [{ verb: "execute", attributes: { resource: "*", id: "*" } }],
              steps: steps.map((action, at) => ({
                name: `step ${at + 1}`,
                description: "",
                action,
                attributes: {},
              })),
            };
      yield { type: "result", result };
    },
  };
  return { kiwi, asked };
}

async function follow(given: Library, ...rounds: ScriptedRound[]) {
  const model = scriptedModel({ rounds });
  const { kiwi, asked } = library(given);
  const harness = await createHarness({ model, kiwi });
  let questions = 0;
  const events = await harness.run(turnRequest({ kind: "ask", text: "do all of it" }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      questions += 1;
      commands.push({ type: "confirm", callId: event.callId, approve: true });
    },
  });
  await harness.service.stop();
  return { events, asked, questions, plans: plansOf(events), requests: model.requests };
}

function plansOf(events: readonly TurnEvent[]): PlanStep[][] {
  return events.flatMap((event) => (event.type === "plan-update" ? [event.steps] : []));
}

const statesOf = (plan: readonly PlanStep[] = []): string[] => plan.map(({ state }) => state);

const WRITE_DOWN = perform("what_we_learned", "create");

// Mutant: `beginCall` answering undefined without a directive.
test("what a model does step by step is the turn's plan, with how each step ended", async () => {
  const { plans, events } = await follow(
    { needsYes: [] },
    proposes([find("api")]),
    proposes([perform("check_api")]),
    proposes([WRITE_DOWN]),
    says("All done."),
  );
  expect(plans.map(statesOf)).toEqual([
    ["done", "running"],
    ["done", "done"],
    ["done", "done", "running"],
    ["done", "done", "done"],
  ]);
  expect(plans.at(-1)?.map(({ title }) => title)).toEqual([
    'search(script, "api")',
    "execute(script check_api, run)",
    "execute(script what_we_learned, create)",
  ]);
  expect(textOf(events)).toBe("All done.");
});

test("a turn of one call has no plan", async () => {
  const { plans } = await follow({}, proposes([find("api")]), says("There is one."));
  expect(plans).toEqual([]);
});

// Mutant: groups of one in `groupReads`, under which the first search waits for ever for the others.
test("searches proposed together run side by side, four at most, and are told in their order", async () => {
  let now = 0;
  let most = 0;
  const gates: (() => void)[] = [];
  const search: KiwiApi["search"] = async () => {
    now += 1;
    most = Math.max(most, now);
    const all = Promise.withResolvers<void>();
    gates.push(all.resolve);
    // The fourth and the last open for everyone, newest first.
    if (gates.length === 4 || gates.length === 6) for (const open of gates.toReversed()) open();
    await all.promise;
    now -= 1;
    return SEARCH_RESULT;
  };
  const queries = ["one", "two", "three", "four", "five", "six"];
  const { asked, requests, plans } = await follow(
    { search },
    proposes([...queries.map(find), perform("last")]),
    says("Read."),
  );
  expect(most).toBe(4);
  expect(asked).toEqual([...queries.map((query) => `find ${query}`), "run last"]);
  const told = requests[1]?.messages.flatMap((message) =>
    message.role === "tool" ? [message.toolCallId] : [],
  );
  expect(told).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `call_${at}`));
  expect(statesOf(plans.at(-1))).toEqual(Array.from({ length: 7 }, () => "done"));
});

test("the same read twice in one breath is made once", async () => {
  const { asked } = await follow({}, proposes([find("api"), find("api")]), says("One."));
  expect(asked).toEqual(["find api"]);
});

// Mutants: `tryTwice` trying once; `perform` trying an execute twice.
test("a read that failed for what passes is made once more by itself; a run is not", async () => {
  const failing = {
    api: { code: "timeout", times: 1 },
    check_api: { code: "timeout", times: 1 },
  } as const;
  const { asked, plans } = await follow(
    { failing },
    proposes([find("api")]),
    proposes([perform("check_api")]),
    says("The check did not end in time."),
  );
  expect(asked).toEqual(["find api", "find api", "run check_api"]);
  expect(statesOf(plans.at(-1))).toEqual(["done", "failed"]);
});

test("a read that still fails may be asked for again, and one that cannot succeed is not made twice", async () => {
  const failing = {
    slow: { code: "timeout", times: 2 },
    nowhere: { code: "not_found", times: 9 },
  } as const;
  const { asked } = await follow(
    { failing },
    proposes([find("slow"), find("nowhere")]),
    proposes([find("slow"), find("nowhere")]),
    says("Found."),
  );
  expect(asked).toEqual(["find slow", "find nowhere", "find slow", "find slow"]);
});

// Mutant: leave `forgetReads` out.
test("what was read before the library changed may be read again", async () => {
  const { asked } = await follow(
    {},
    proposes([find("api")]),
    proposes([WRITE_DOWN]),
    proposes([find("api")]),
    says("Now it is there."),
  );
  expect(asked).toEqual(["find api", "create what_we_learned", "find api"]);
});

// Mutant: `callKey` without `plain`.
test.each<[string, ExecuteCall]>([
  ["again", perform("wipe")],
  ["with its empty parameters said", withParameters({})],
])("a call that is asked for twice, %s, is put to the person once", async (_, again) => {
  const { asked, questions } = await follow(
    { needsYes: ["wipe"] },
    proposes([perform("wipe")]),
    proposes([again]),
    says("Wiped."),
  );
  expect(questions).toBe(1);
  expect(asked).toEqual(["run wipe"]);
});

test("a call with other values is another call, and asked about", async () => {
  const { asked, questions } = await follow(
    { needsYes: ["wipe"] },
    proposes([perform("wipe")]),
    proposes([withParameters({ days: 3 })]),
    says("Wiped."),
  );
  expect(questions).toBe(2);
  expect(asked).toHaveLength(2);
});

function withParameters(parameters: Record<string, unknown>): ExecuteCall {
  const { arguments: given } = perform("wipe");
  return { name: "execute", arguments: { ...given, parameters } };
}

// Mutant: `undone` answering nothing.
test("what failed is said at the end, whatever the model says of it", async () => {
  const failing = { check_api: { code: "internal", times: 1 } } as const;
  const { events } = await follow(
    { failing },
    proposes([find("api")]),
    proposes([perform("check_api")]),
    says("Everything worked."),
  );
  expect(textOf(events)).toContain("Not done: `execute(script check_api, run)`.");
  expect(endOf(events).outcome).toBe("completed");
});

// Mutant: `hasWorked` answering `outcome.ok`.
test("a script that ran and says that it failed is a step that was not done", async () => {
  const { events, plans } = await follow(
    { saysFailed: ["check_api"] },
    proposes([find("api")]),
    proposes([perform("check_api")]),
    says("Everything worked."),
  );
  expect(statesOf(plans.at(-1))).toEqual(["done", "failed"]);
  expect(textOf(events)).toContain("Not done: `execute(script check_api, run)`.");
});

test("what failed and was then made good is not said to be undone", async () => {
  const failing = { check_api: { code: "internal", times: 1 } } as const;
  const again: Call = {
    name: "execute",
    arguments: { ...perform("check_api").arguments, parameters: { days: 3 } },
  };
  const { events } = await follow(
    { failing },
    proposes([perform("check_api")]),
    proposes([again]),
    says("It worked at last."),
  );
  expect(textOf(events)).toBe("It worked at last.");
});

// Mutant: `begin` without its keys.
test("a step whose call ran is done without the model saying so, and one whose call never ran is named", async () => {
  const directives = { weekly: ["Run script count.", "Run script send.", "Say how it went."] };
  const { plans, events } = await follow(
    { directives },
    proposes([start("weekly")]),
    proposes([perform("count")]),
    says("Counted and sent."),
  );
  expect(plans.map(statesOf)).toContainEqual(["running", "pending", "pending"]);
  expect(statesOf(plans.at(-1))).toEqual(["done", "skipped", "skipped"]);
  expect(textOf(events)).toBe("Counted and sent.\n\nNot done: `step 2`.");
});

test("a directive found on the way puts its steps where its call stood", async () => {
  const directives = { weekly: ["Run script count."] };
  const { plans } = await follow(
    { directives },
    proposes([find("weekly")]),
    proposes([start("weekly")]),
    proposes([perform("count")]),
    proposes([WRITE_DOWN]),
    says("Counted."),
  );
  expect(plans.at(-1)?.map(({ title }) => title)).toEqual([
    'search(script, "weekly")',
    "step 1",
    "execute(script what_we_learned, create)",
  ]);
  expect(statesOf(plans.at(-1))).toEqual(["done", "done", "done"]);
});

// Mutant: `followFrom(0)` always.
test("the steps of a directive within a directive are marked by numbers of their own", async () => {
  const directives = { outer: ["First look.", "Go on."], inner: ["Look within."] };
  const { plans, requests } = await follow(
    { directives },
    proposes([start("outer")]),
    proposes([start("inner")]),
    marks(3),
    says("Looked."),
  );
  expect(requests[2]?.messages.at(-1)?.content).toContain("its first step is number 3");
  expect(plans.map(statesOf)).toContainEqual(["pending", "pending", "done"]);
});

function marks(step: number): ScriptedRound {
  const given = JSON.stringify({ step, state: "done" });
  return () => [{ type: "tool-call", call: { id: "m", name: "mark_step", arguments: given } }];
}

test("a model that is lost in the middle of a directive leaves word of what was not done", async () => {
  const directives = { weekly: ["Run script count.", "Run script send."] };
  const { events, plans } = await follow(
    { directives },
    proposes([start("weekly")]),
    proposes([perform("count")]),
    () => {
      throw new LiluxError("llm_unavailable");
    },
  );
  expect(textOf(events)).toContain("Not done: `step 2`.");
  expect(statesOf(plans.at(-1))).toEqual(["done", "skipped"]);
  expect(endOf(events)).toMatchObject({ outcome: "failed", error: { code: "llm_unavailable" } });
});
