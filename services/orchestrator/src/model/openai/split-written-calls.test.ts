import { expect, test } from "vitest";
import { createWrittenCallSplitter } from "./split-written-calls.ts";

const LOAD = { index: undefined, id: "", name: "load", arguments: '{"item_id":"valves"}' };

function split(pieces: Iterable<string>) {
  const splitter = createWrittenCallSplitter();
  const parts = [...pieces].map((piece) => splitter.push(piece));
  parts.push(splitter.end());
  return {
    said: parts.map(({ said }) => said).join(""),
    calls: parts.flatMap(({ calls }) => calls),
  };
}

test.each([
  ["Hermes", '<tool_call>\n{"name": "load", "arguments": {"item_id":"valves"}}\n</tool_call>'],
  ["Hermes, not closed", '<tool_call>{"name": "load", "arguments": {"item_id":"valves"}}'],
  ["Mistral", '[TOOL_CALLS][{"name": "load", "arguments": {"item_id":"valves"}}]'],
  ["Mistral since", '[TOOL_CALLS]load[ARGS]{"item_id":"valves"}'],
  ["Llama", '<|python_tag|>{"name": "load", "parameters": {"item_id":"valves"}}'],
  ["Llama's function", '<function=load>{"item_id":"valves"}</function>'],
])("a call that stands in the text as %s writes it is a call, wherever it was cut", (_, text) => {
  const whole = { said: "Let me look.\n", calls: [LOAD] };
  for (let size = 1; size <= text.length; size += 3) {
    const pieces = `Let me look.\n${text}`.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
    expect(split(pieces)).toEqual(whole);
  }
});

test("what stands between and after calls is said, and each call is one", () => {
  const call = '<tool_call>{"name":"load","arguments":{"item_id":"valves"}}</tool_call>';
  expect(split([`${call}\n${call} Both are open.`])).toEqual({
    said: "\n Both are open.",
    calls: [LOAD, LOAD],
  });
});

test("a call in broken JSON keeps what it was, for the model to be told what is wrong", () => {
  const text = '{"name": "load", "arguments": {"item_id": "valves"';
  expect(split([`<tool_call>${text}</tool_call>`])).toEqual({
    said: "",
    calls: [{ ...LOAD, arguments: text }],
  });
});

// Fails when a mark alone is taken for a call.
test.each([
  [
    "a mark in a sentence",
    "Qwen writes <tool_call> before its calls and [TOOL_CALLS] is Mistral's.",
  ],
  [
    "a code block",
    '```xml\n<tool_call>{"name":"load","arguments":{}}</tool_call>\n```\nSo it looks.',
  ],
  ["code in a line", 'Write `<tool_call>{"name":"load","arguments":{}}</tool_call>` there.'],
  ["no name", '<tool_call>{"item": "valves"}</tool_call>'],
  ["other marks", "a < b, [TOOL], <tool>, <|end|> and ``quotes``"],
  ["the half of a mark at the end", "It is <tool_ca"],
  ["more than a call may be", `<tool_call>${"x".repeat(70_000)}`],
])("%s is text, and all of it is said", (_, text) => {
  for (const pieces of [[text], text.match(/[\s\S]{1,4}/g) ?? []]) {
    expect(split(pieces)).toEqual({ said: text, calls: [] });
  }
});

test("text that can be no call is not held back", () => {
  const splitter = createWrittenCallSplitter();
  expect(splitter.push("The valve").said).toBe("The valve");
  expect(splitter.push(" is < open").said).toBe(" is < open");
});
