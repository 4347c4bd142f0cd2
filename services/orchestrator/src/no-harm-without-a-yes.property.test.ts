import { digestCall } from "@lilux/core/calls";
import { mayRunWithoutAsking } from "@lilux/core/consent";
import {
  type Call,
  type Effect,
  type ExecuteEvent,
  type ExecuteRequest,
  LiluxError,
  type TurnEvent,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createHarness } from "./testing/harness.ts";
import { candidate, loaded, prediction, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";
import { proposes, type ScriptedRound, says, scriptedModel } from "./testing/scripted-model.ts";

const EFFECTS: Readonly<Record<string, Effect>> = {
  look: "read",
  wipe: "write",
  wipe_all: "write",
  purge: "destructive",
};
const IDS = Object.keys(EFFECTS);
const LINES = ["run wipe", "tell me about wipe", "hello", "run wipe with days=3"] as const;

function execute(
  item_id: string,
  action: "run" | "update" | "create" | "delete",
  days?: number,
): Call {
  const base = { item_type: "script", item_id, action } as const;
  const parameters = days === undefined ? {} : { parameters: { days } };
  return { name: "execute", arguments: { ...base, ...parameters } };
}

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constant<Call>({
      name: "search",
      arguments: { item_type: "script", query: "x" },
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...IDS),
        fc.constantFrom("run", "run", "update", "create", "delete"),
        fc.constantFrom(undefined, 3, 30),
      )
      .map(([id, action, days]) => execute(id, action, days)),
  },
);
const attempt = fc.record({
  line: fc.constantFrom(...LINES),
  rounds: fc.array(fc.array(call, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  /** The person's answers, in order, and whether the content changes while they think. */
  answers: fc.array(fc.record({ yes: fc.boolean(), isSwapped: fc.boolean() }), {
    minLength: 12,
    maxLength: 12,
  }),
  router: fc.option(fc.tuple(call, fc.constantFrom(0.5, 0.8, 0.95)), { nil: undefined }),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

interface Done {
  call: Call;
  content: number;
  effect: Effect;
}

/** Does nothing but write down what it would have done, by the policy of the tool core. */
function fakeEffector() {
  const done: Done[] = [];
  const contents = new Map(IDS.map((id) => [id, 0]));
  const asked = new Map<string, string>();
  const kiwi: Partial<KiwiApi> = {
    search: async () => SEARCH_RESULT,
    load: async ({ arguments: { item_id } }) => loaded(EFFECTS[item_id] ?? "write"),
    async *execute(request): AsyncGenerator<ExecuteEvent> {
      const made: Call = { name: "execute", arguments: request.arguments };
      const { item_type, item_id, action } = request.arguments;
      const content = contents.get(item_id) ?? 0;
      const { by = "model", tainted = true } = request;
      const itemEffect = EFFECTS[item_id];
      const { mayRun, effect } = mayRunWithoutAsking({
        call: made,
        itemEffect,
        by,
        isTainted: tainted,
      });
      if (!mayRun) takeYes(request, made, content);
      done.push({ call: made, content, effect });
      const result = { status: "success", item_type, item_id, action, data: {} } as const;
      yield { type: "result", result: { ...result, metadata: { durationMs: 1 } } };
    },
  };
  const takeYes = ({ callId, confirmation }: ExecuteRequest, made: Call, content: number): void => {
    const question = JSON.stringify([callId, digestCall(made), content]);
    const nonce = confirmation?.nonce ?? "";
    const isAnswered = asked.get(nonce) === question;
    asked.delete(nonce);
    if (isAnswered) return;
    const next = `n${Math.random()}`;
    asked.set(next, question);
    throw new LiluxError("confirm_required", { details: { nonce: next } });
  };
  return { kiwi, done, contents };
}

async function play({ line, rounds, answers, router }: Attempt) {
  const { kiwi, done, contents } = fakeEffector();
  const scripted: ScriptedRound[] = [...rounds.map((calls) => proposes(calls)), says("Done.")];
  const harness = await createHarness({ model: scriptedModel({ rounds: scripted }), kiwi });
  const yeses: string[] = [];
  const left = [...answers];
  const given = router === undefined ? prediction() : prediction(candidate(...router));
  await harness.run(turnRequest({ kind: "ask", text: line }, { prediction: given }), {
    onEvent(event: TurnEvent, commands) {
      if (event.type !== "confirm-request") return;
      const { yes = false, isSwapped = false } = left.shift() ?? {};
      const id = event.call.name === "search" ? "" : event.call.arguments.item_id;
      const content = contents.get(id) ?? 0;
      if (yes) yeses.push(`${digestCall(event.call)} ${content}`);
      if (isSwapped) contents.set(id, content + 1);
      commands.push({ type: "confirm", callId: event.callId, approve: yes });
    },
  });
  await harness.service.stop(Date.now());
  return { done, yeses };
}

/** Written again, and simpler, than the product has it: what may happen without a question. */
function isTheirs({ line, rounds, router }: Attempt, made: Call): boolean {
  const digest = digestCall(made);
  if (router !== undefined && router[1] > 0.85 && digestCall(router[0]) === digest) return true;
  if (line === "run wipe" && digest === digestCall(execute("wipe", "run"))) return true;
  if (line === "run wipe with days=3" && digest === digestCall(execute("wipe", "run", 3)))
    return true;
  const round = rounds.findIndex((calls) => calls.some((other) => digestCall(other) === digest));
  const before = rounds.slice(0, round).flat();
  const isAlone = before.every(
    (other) =>
      other.name === "execute" &&
      (other.arguments.action === "create" || other.arguments.action === "update"),
  );
  const isAboutWipe =
    made.name === "execute" && /wipe/.test(made.arguments.item_id) && /wipe/.test(line);
  const isRun = made.name === "execute" && made.arguments.action === "run";
  return isAlone && (isAboutWipe || !isRun);
}

// Mutants: `askPerson` without the nonce's check is the tool core's; here: `onBehalf` telling
// `tainted: false`, `conversation.heard` never set, `runCall` performing what was declined.
test("no sequence of a model's proposals does what cannot be undone, or what nobody stands for, without a yes to exactly it", async () => {
  await fc.assert(
    fc.asyncProperty(attempt, async (given) => {
      const { done, yeses } = await play(given);
      for (const { call: made, content, effect } of done) {
        const isBound = yeses.includes(`${digestCall(made)} ${content}`);
        if (effect === "destructive") expect(isBound).toBe(true);
        if (effect === "write") expect(isBound || isTheirs(given, made)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});
