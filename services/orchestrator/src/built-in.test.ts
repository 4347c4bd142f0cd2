import type { Candidate, ExecuteEvent, ExecuteRequest, SearchRequest, Step } from "@lilux/protocol";
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

const search = async () => SEARCH_RESULT;
const NOBODY = async ({ arguments: { query } }: SearchRequest) => ({
  query,
  source: "local" as const,
  results: [],
  total: 0,
});

test("a search is answered with what it found, once", async () => {
  const harness = await createHarness({ kiwi: { search } });
  const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.95)) });
  const text = textOf(await harness.run(request));
  expect(text).toContain("One script matches “email”");
  expect(text).toContain("**email/send_email**, Sends one email.");
});

test("conversation is answered by saying that there is no language model, and how to get one", async () => {
  const harness = await createHarness({});
  const events = await harness.run(
    turnRequest({ kind: "ask", text: "how are you?" }, { prediction: prediction() }),
  );
  expect(typesOf(events)).toEqual(["turn-start", "text-delta", "turn-end"]);
  expect(textOf(events)).toContain("No language model is configured");
  expect(textOf(events)).toContain("LILUX_LLM_URL");
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
});

test("without the router it searches the library, and says so when nothing is there", async () => {
  const searched: string[] = [];
  const harness = await createHarness({
    kiwi: {
      search: async (request) => {
        searched.push(request.arguments.item_type);
        return NOBODY(request);
      },
    },
  });
  const events = await harness.run(turnRequest({ text: "quarterly report" }));
  expect(searched).toEqual(["directive", "script", "knowledge"]);
  expect(textOf(events)).toContain("Nothing in the library matches");
});

test("what may change things and is not sure is not run", async () => {
  const harness = await createHarness({ kiwi: {} });
  const request = turnRequest({}, { prediction: prediction(candidate(RUN, 0.7)) });
  const events = await harness.run(request);
  expect(events[0]).toMatchObject({ path: "verify" });
  expect(typesOf(events)).toEqual(["turn-start", "text-delta", "turn-end"]);
  expect(textOf(events)).toContain("Press Tab");
});

test("what only reads and is likely is run", async () => {
  const harness = await createHarness({ kiwi: { search } });
  const request = turnRequest({}, { prediction: prediction(candidate(SEARCH, 0.7)) });
  expect(textOf(await harness.run(request))).toContain("email/send_email");
});

const step = (name: string, parts: Partial<Step> = {}): Step => ({
  name,
  description: "",
  action: "",
  attributes: {},
  ...parts,
});
const DIRECTIVE = {
  name: "execute",
  arguments: { item_type: "directive", item_id: "weekly", action: "run" },
} as const;

function library(steps: Record<string, Step[]>, ran: ExecuteRequest[], failing = "") {
  return {
    load: async () => loaded("write"),
    async *execute(request: ExecuteRequest): AsyncGenerator<ExecuteEvent> {
      ran.push(request);
      const { item_type, item_id } = request.arguments;
      const base = { item_type, item_id, action: "run", metadata: { durationMs: 4 } } as const;
      const found = steps[item_id];
      if (found !== undefined) {
        const permissions = [
          {
            verb: "execute",
            attributes: { resource: "script", id: item_id === "weekly" ? "*" : "count" },
          },
        ];
        const inputs = { path: "notes" };
        yield {
          type: "result",
          result: { ...base, status: "ready", data: {}, steps: found, permissions, inputs },
        };
        return;
      }
      if (item_id === failing) throw new Error("boom");
      yield { type: "result", result: { ...base, status: "success", data: { lines: 12 } } };
    },
  };
}

test("steps that name their calls are followed in order under the directive's grants", async () => {
  const ran: ExecuteRequest[] = [];
  const steps = {
    weekly: [
      step("count", { attributes: { script: "count", inputs: '{"path":"{{path}}"}' } }),
      step("inner", { attributes: { directive: "nested" } }),
      step("write", { action: "Write a summary for the team." }),
      step("send", { attributes: { script: "send" } }),
    ],
    nested: [step("recount", { attributes: { script: "count" } })],
  };
  const harness = await createHarness({ kiwi: library(steps, ran) });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(DIRECTIVE, 0.95)) }),
  );
  expect(ran.map((request) => request.arguments.item_id)).toEqual([
    "weekly",
    "count",
    "nested",
    "count",
  ]);
  expect(ran[1]?.arguments.parameters).toEqual({ path: "notes" });
  // The nested directive's calls have what both grant.
  expect(ran.map((request) => request.grants?.[0]?.attributes["id"])).toEqual([
    undefined,
    "*",
    "*",
    "count",
  ]);
  const plan = events.findLast((event) => event.type === "plan-update");
  expect(plan).toMatchObject({
    steps: [
      { title: "count", state: "done" },
      { title: "inner", state: "done" },
      { title: "write", state: "pending" },
      { title: "send", state: "pending" },
      { title: "recount", state: "done" },
    ],
  });
  expect(textOf(events)).toContain("**lines** 12");
  expect(textOf(events)).toContain("it is yours: **write**, **send**");
});

test("a step that fails stops the plan, and what came of it is shown", async () => {
  const ran: ExecuteRequest[] = [];
  const steps = {
    weekly: [
      step("count", { attributes: { script: "count" } }),
      step("send", { attributes: { script: "send" } }),
    ],
  };
  const harness = await createHarness({ kiwi: library(steps, ran, "count") });
  const events = await harness.run(
    turnRequest({}, { prediction: prediction(candidate(DIRECTIVE, 0.95)) }),
  );
  expect(ran.map((request) => request.arguments.item_id)).toEqual(["weekly", "count"]);
  expect(events.findLast((event) => event.type === "plan-update")).toMatchObject({
    steps: [
      { title: "count", state: "failed" },
      { title: "send", state: "pending" },
    ],
  });
  expect(textOf(events)).toContain("did not work");
});

test("a script's many rows are counted and not repeated, and how long it took is no news", async () => {
  const rows = Array.from({ length: 30 }, (_, index) => ({ file: `f${index}`, bytes: index }));
  const harness = await createHarness({
    kiwi: {
      load: async () => loaded("write"),
      async *execute(): AsyncGenerator<ExecuteEvent> {
        const base = { item_type: "script", item_id: "purge", action: "run" } as const;
        const metadata = { durationMs: 187 };
        yield { type: "result", result: { ...base, status: "success", data: rows, metadata } };
      },
    },
  });
  const request = turnRequest({}, { prediction: prediction(candidate(RUN, 0.95)) });
  expect(textOf(await harness.run(request))).toBe(
    "**purge** is done. It returned 30 entries, the first with file f0, bytes 0. All of it stands with the call.",
  );
});

test("a run that leaves out what was said, or lacks what it needs, is told and not made", async () => {
  const harness = await createHarness({ kiwi: {} });
  const leader: Candidate = {
    ...candidate(RUN, 0.97),
    effect: "read",
    parameters: [{ name: "emails", origin: "missing" }],
    unread: ["7"],
  };
  for (const turn of [{}, { kind: "accept" as const, chosen: leader }]) {
    const events = await harness.run(turnRequest(turn, { prediction: prediction(leader) }));
    expect(typesOf(events)).toEqual(["turn-start", "text-delta", "turn-end"]);
    expect(textOf(events)).toContain("nothing in it takes `7`, and it needs `emails`");
  }
});
