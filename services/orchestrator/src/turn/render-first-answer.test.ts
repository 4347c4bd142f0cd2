import type { Call, DatasetRow } from "@lilux/protocol";
import { expect, test } from "vitest";
import { PRIMITIVE_TOOLS } from "../model/tool-definitions.ts";
import { renderFirstAnswer } from "./render-first-answer.ts";

const CALL: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "tally", action: "run" },
};
const ROW: DatasetRow = {
  split: "train",
  line: "count the pumps",
  history: ["hello"],
  call: CALL,
  right: true,
  weight: 0.7,
  rule: "settled",
  turn: {
    past: [{ text: "hello", response: "Hello!", calls: [] }],
    router: { context: "cold", candidates: [{ call: CALL, confidence: 0.7 }] },
    thresholds: { show: 0.6, act: 0.85 },
    calls: [{ call: CALL, ok: true }],
    response: "There are 12.",
  },
};

// Mutant: the router's view in a system message of its own, which templates refuse, drop or move.
test("a kept turn is told as it was served: the router's view ends the person's line, and one system message begins", () => {
  const told = renderFirstAnswer(ROW);
  const messages = told?.messages as { role: string; content: string | null }[];
  expect(messages.map(({ role }) => role)).toEqual([
    "system",
    "user",
    "assistant",
    "user",
    "assistant",
  ]);
  expect(messages[3]?.content).toMatch(/^count the pumps\n\n\[router \(show 0.6, act 0.85\).*0.70/);
  expect(messages.at(-1)).toMatchObject({
    content: null,
    tool_calls: [{ function: { name: "execute", arguments: JSON.stringify(CALL.arguments) } }],
  });
  expect(told?.tools).toMatchObject(
    PRIMITIVE_TOOLS.map(({ name }) => ({ type: "function", function: { name } })),
  );
});

test("talk ends in what was said, without a router it says so, and what was not meant is no example", () => {
  const talk = renderFirstAnswer({ ...ROW, call: null });
  expect(talk?.messages.at(-1)).toEqual({ role: "assistant", content: "There are 12." });
  const turn = ROW.turn === undefined ? {} : { turn: { ...ROW.turn, router: null } };
  const [, , , line] = renderFirstAnswer({ ...ROW, ...turn })?.messages ?? [];
  expect(line).toMatchObject({ content: expect.stringContaining("no answer yet") });
  expect(renderFirstAnswer({ ...ROW, right: false })).toBeUndefined();
  const { turn: _, ...bare } = ROW;
  expect(renderFirstAnswer(bare)).toBeUndefined();
});
