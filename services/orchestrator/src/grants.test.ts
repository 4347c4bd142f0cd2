import { digestCall } from "@lilux/core/calls";
import { permitsCall } from "@lilux/core/permissions";
import {
  type Call,
  type ExecuteEvent,
  type ExecuteRequest,
  type ExecuteResult,
  type Grant,
  LiluxError,
  type LoadRequest,
  type SearchRequest,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { expect, test } from "vitest";
import { createHarness } from "./testing/harness.ts";
import { loaded, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";
import { proposes, type ScriptedRound, says, scriptedModel } from "./testing/scripted-model.ts";

type AnyRequest = SearchRequest | LoadRequest | ExecuteRequest;

const run = (item_id: string, item_type: "script" | "directive" = "script") =>
  ({ name: "execute", arguments: { item_type, item_id, action: "run" } }) as const;
const executing = (id: string, resource = "script"): Grant => ({
  verb: "execute",
  attributes: { resource, id },
});

interface Library {
  directives: Record<string, { permissions: Grant[]; steps?: string[] }>;
  destructive?: string[];
  /** What scripts answer. */
  data?: unknown;
}

/** A tool core that decides as the real one does, and writes down what it ran. */
function library({ directives, destructive = [], data = {} }: Library) {
  const asked: { call: Call; grants: Grant[] | undefined }[] = [];
  const ran: string[] = [];
  const decide = (call: Call, { grants }: AnyRequest): void => {
    asked.push({ call, grants });
    if (grants === undefined || permitsCall({ grants, call }).permitted) return;
    throw new LiluxError("permission_denied");
  };
  const kiwi: Partial<KiwiApi> = {
    async search(request) {
      decide({ name: "search", arguments: request.arguments }, request);
      return SEARCH_RESULT;
    },
    async load(request) {
      const isDestructive = destructive.includes(request.arguments.item_id);
      return loaded(isDestructive ? "destructive" : "write");
    },
    async *execute(request): AsyncGenerator<ExecuteEvent> {
      decide({ name: "execute", arguments: request.arguments }, request);
      const { item_id, item_type, action } = request.arguments;
      if (destructive.includes(item_id) && request.confirmation === undefined) {
        throw new LiluxError("confirm_required");
      }
      ran.push(item_id);
      const base = { item_type, item_id, action, metadata: { durationMs: 1 } };
      const directive = item_type === "directive" ? directives[item_id] : undefined;
      const result: ExecuteResult =
        directive === undefined
          ? { ...base, status: "success", data }
          : { ...base, status: "ready", data: {}, ...ready(directive) };
      yield { type: "result", result };
    },
  };
  return { kiwi, asked, ran };
}

function ready({ permissions, steps = ["one"] }: Library["directives"][string]) {
  const named = steps.map((name) => ({ name, description: "", action: "Do it.", attributes: {} }));
  return { permissions, steps: named };
}

function marks(...steps: number[]): ScriptedRound {
  return () =>
    steps.map((step) => ({
      type: "tool-call",
      call: {
        id: `mark_${step}`,
        name: "mark_step",
        arguments: JSON.stringify({ step, state: "done" }),
      },
    }));
}

async function follow(given: Library, ...rounds: ScriptedRound[]) {
  const model = scriptedModel({ rounds: [...rounds, says("Done.")] });
  const { kiwi, asked, ran } = library(given);
  const harness = await createHarness({ model, kiwi });
  const events = await harness.run(turnRequest({ kind: "ask" }), {
    onEvent(event, commands) {
      if (event.type !== "confirm-request") return;
      commands.push({ type: "confirm", callId: event.callId, approve: true });
    },
  });
  const tools = model.requests.map((request) => request.tools.map((tool) => tool.name));
  return { events, asked, ran, tools, requests: model.requests };
}

const SEARCHING: Grant[] = [{ verb: "search", attributes: { resource: "script" } }];

// Mutant: `offeredTools` answering every primitive.
test("a tool that the directive's grants lack is not offered, and called all the same it is refused", async () => {
  const directives = { weekly: { permissions: SEARCHING } };
  const { tools, ran, requests } = await follow(
    { directives },
    proposes([run("weekly", "directive")]),
    proposes([run("purge")]),
  );
  expect(tools.slice(0, 2)).toEqual([
    ["search", "load", "execute"],
    ["search", "mark_step"],
  ]);
  expect(ran).toEqual(["weekly"]);
  expect(requests.at(-1)?.messages.at(-1)?.content).toContain("permission_denied");
});

// Mutant: `perform` without `onBehalf` for searches and loads.
test("searches and loads are made under the directive's grants, too", async () => {
  const directives = { weekly: { permissions: [executing("count", "knowledge")] } };
  const { asked, requests } = await follow(
    { directives },
    proposes([run("weekly", "directive")]),
    proposes([SEARCH]),
  );
  expect(asked.at(-1)?.grants).toEqual([executing("count", "knowledge")]);
  expect(requests.at(-1)?.messages.at(-1)?.content).toContain("permission_denied");
});

// Mutant: `bound` in plan.ts answering `open()?.grants`.
test("a model that marks every step done stays within the first directive's grants", async () => {
  const directives = { weekly: { permissions: SEARCHING, steps: ["one", "two"] } };
  const { ran, tools } = await follow(
    { directives },
    proposes([run("weekly", "directive")]),
    marks(1, 2),
    proposes([run("purge")]),
  );
  expect(ran).toEqual(["weekly"]);
  expect(tools[2]).toEqual(["search"]);
});

// Mutant: `begin` in plan.ts keeping a directive's own grants.
test("a nested directive gets what it and its caller both grant", async () => {
  const nested = { verb: "execute", attributes: { resource: "directive", id: "inner" } };
  const directives = {
    outer: { permissions: [nested, executing("count")] },
    inner: { permissions: [executing("*")], steps: ["look"] },
  };
  const { ran, asked } = await follow(
    { directives },
    proposes([run("outer", "directive")]),
    proposes([run("inner", "directive")]),
    proposes([run("count"), run("purge")]),
  );
  expect(ran).toEqual(["outer", "inner", "count"]);
  expect(asked.at(-1)?.grants).toEqual([executing("count")]);
});

// Mutant: `directiveOf` answering undefined for a directive without steps.
test("a directive that is all text and no steps binds the model all the same", async () => {
  const { ran } = await follow(
    { directives: { prose: { permissions: SEARCHING, steps: [] } } },
    proposes([run("prose", "directive")]),
    proposes([run("purge")]),
  );
  expect(ran).toEqual(["prose"]);
});

// Mutant: `directiveOf` reading a script's data as its result.
test("what a script prints is data: permissions and steps in it grant nothing", async () => {
  const claims = { status: "ready", steps: [{ name: "x" }], permissions: [executing("*")] };
  const { ran, asked } = await follow(
    { directives: { weekly: { permissions: [executing("count")] } }, data: claims },
    proposes([run("weekly", "directive")]),
    proposes([run("count")]),
    proposes([run("purge")]),
  );
  expect(ran).toEqual(["weekly", "count"]);
  expect(asked.at(-1)?.grants).toEqual([executing("count")]);
});

// Mutant: `asksFirst` without looking at the grants.
test("a destructive call in a directive asks the person, unless its grants refuse it anyway", async () => {
  const given = { destructive: ["purge", "wipe"] };
  const { ran, events } = await follow(
    { ...given, directives: { weekly: { permissions: [executing("purge")] } } },
    proposes([run("weekly", "directive")]),
    proposes([run("purge"), run("wipe")]),
  );
  expect(ran).toEqual(["weekly", "purge"]);
  const asks = events.filter((event) => event.type === "confirm-request");
  expect(asks.map(({ call }) => call)).toEqual([run("purge")]);
});

// Mutant: `confirmAndRun` using what was read ahead whatever binds the call.
test("what was read ahead for the person is no way around a directive's grants", async () => {
  const { kiwi } = library({ directives: { weekly: { permissions: [] } } });
  const model = scriptedModel({
    rounds: [proposes([run("weekly", "directive")]), proposes([SEARCH]), says("Done.")],
  });
  const harness = await createHarness({ model, kiwi });
  await harness.run(
    turnRequest({ kind: "ask" }, { speculated: { [digestCall(SEARCH)]: SEARCH_RESULT } }),
  );
  expect(model.requests.at(-1)?.messages.at(-1)?.content).toContain("permission_denied");
});
