import type { Prediction, TurnRequest } from "@lilux/protocol";
import { createManualClock, eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import type {
  Asked,
  StrictReply,
  StrictRules,
} from "./model/testing/strict-server/strict-rules.ts";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

const BEGUN = "I look for a script. ";

/** A turn whose router answers late, once the server has said `BEGUN` and then nothing more. */
async function handedOff(
  rules: Partial<StrictRules>,
  {
    after,
    request = {},
  }: { after?: (rules: StrictRules) => void; request?: Partial<TurnRequest> } = {},
) {
  const clock = createManualClock();
  const routed = Promise.withResolvers<Prediction>();
  const server = await startStrictServer({
    ...rules,
    fault: { kind: "lost", afterCharacters: BEGUN.length, how: "hang" },
  });
  const { run, service } = await createHarness({
    clock,
    router: () => routed.promise,
    config: { languageModel: { url: server.url } },
    kiwi: { search: async () => SEARCH_RESULT },
  });
  onTestFinished(() => service.stop());
  let said = "";
  const running = run(turnRequest({}, request), {
    onEvent(event) {
      if (event.type !== "text-delta") return;
      said += event.text;
      if (said !== BEGUN.trimEnd()) return;
      server.rules.fault = undefined;
      after?.(server.rules);
      routed.resolve(prediction(candidate(SEARCH, 0.95)));
    },
  });
  await eventually(() => clock.sleepers(100) > 0, { withinMs: 10_000 });
  clock.advance(100);
  return { events: await running, server };
}

function goesOn(rest: string): (asked: Asked) => StrictReply {
  return ({ messages }) => {
    const found = messages.some(({ content }) => content?.includes("send_email"));
    return { text: found ? BEGUN.trimEnd() + rest : `${BEGUN}It takes a while.` };
  };
}

test.each([
  ["hermes", true],
  ["hermes", false],
  ["mistral", true],
  ["gemma-2", true],
  ["gemma-3", true],
  ["gemma-3", false],
] as const)(
  "with a %s template, and a server that continues (%s), the router's late call is run and the same message goes on",
  async (template, continues) => {
    const { events, server } = await handedOff({
      template,
      continues,
      reply: goesOn(" There is one: send_email."),
    });
    expect(textOf(events)).toBe("I look for a script. There is one: send_email.");
    expect(events.filter(({ type }) => type === "call-end")).toHaveLength(1);
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
    expect(server.turns().map(({ status }) => status)).toEqual([200, 200]);
  },
);

// Fails when white space is shown before it is known what follows.
test.each([[" There is one."], ["\n\nThere is one."], ["\n- send_email"], [", and there is one."]])(
  "white space before a hand-off is neither doubled nor lost: what follows begins with its own (%j)",
  async (rest) => {
    const { events } = await handedOff({ reply: goesOn(rest) });
    expect(textOf(events)).toBe(BEGUN.trimEnd() + rest);
  },
);

/** Says the same for ever. */
const rambling = (): StrictReply => ({
  text: `${BEGUN.trimEnd()} ${"It goes on. ".repeat(5_000)}`,
});

// Fails when `answerOrPlainly` lets the failure through.
test.each<[string, Partial<StrictRules>]>([
  ["does not hold the result", { window: 64 }],
  ["knows its model no more", { models: ["gone"] }],
  ["goes on beyond its limit", { reply: rambling }],
])(
  "when the server %s after the late call has run, its result is shown in its plain form",
  async (_, rules) => {
    const after = (of: StrictRules): void => void Object.assign(of, rules);
    const { events } = await handedOff({ reply: goesOn(" There is one.") }, { after });
    expect(textOf(events)).toMatch(/^I look for a script\./);
    expect(textOf(events)).toContain("send_email");
    expect(events.filter(({ type }) => type === "call-end")).toHaveLength(1);
    expect(endOf(events).outcome).toBe("completed");
  },
);
