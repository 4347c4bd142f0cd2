import { expect, test } from "vitest";
import { readChunk } from "./chat-chunk.ts";
import { createToolCallAssembler } from "./tool-call-assembler.ts";

const FIND = '{"item_type":"script","query":"pump"}';
const OPEN = '{"item_type":"script","item_id":"count_pumps"}';
const [FIND_1, FIND_2] = [FIND.slice(0, 20), FIND.slice(20)];
const [OPEN_1, OPEN_2] = [OPEN.slice(0, 25), OPEN.slice(25)];
const both = [
  { id: "a", name: "search", arguments: FIND },
  { id: "b", name: "load", arguments: OPEN },
];
const one = both.slice(0, 1);
/** As every server takes it, Mistral too. */
const OWN = expect.stringMatching(/^[a-z0-9]{9}$/);
const unnamed = [
  { id: OWN, name: "search", arguments: FIND },
  { id: OWN, name: "load", arguments: OPEN },
];

/** A call's fragment as a chunk has it. */
const of = (name: string | undefined, given: unknown, more: object = {}) => ({
  type: "function",
  function: { ...(name === undefined ? {} : { name }), arguments: given },
  ...more,
});
const at = (index: unknown, id?: unknown) => (id === undefined ? { index } : { index, id });

/** `fragments`: one chunk each, unless a list, which is one chunk's. */
function assembled(fragments: readonly unknown[]) {
  const assembler = createToolCallAssembler();
  for (const each of fragments) {
    const tool_calls = Array.isArray(each) ? each : [each];
    const chunk = readChunk({ choices: [{ index: 0, delta: { tool_calls } }] });
    for (const fragment of chunk?.fragments ?? []) assembler.add(fragment);
  }
  return assembler.finished();
}

test.each([
  [
    "OpenAI and vLLM: the id and name once, then by index",
    [
      of("search", "", at(0, "a")),
      of(undefined, FIND_1, at(0)),
      of(undefined, FIND_2, at(0)),
      of("load", "", at(1, "b")),
      of(undefined, OPEN, at(1)),
    ],
  ],
  [
    "two calls interleaved by index",
    [
      of("search", "", at(0, "a")),
      of("load", "", at(1, "b")),
      of(undefined, FIND_1, at(0)),
      of(undefined, OPEN_1, at(1)),
      of(undefined, FIND_2, at(0)),
      of(undefined, OPEN_2, at(1)),
    ],
  ],
  [
    "SGLang and LMDeploy: two whole calls of one index",
    [of("search", FIND, at(0, "a")), of("load", OPEN, at(0, "b"))],
  ],
  [
    "two calls of one index, each in fragments",
    [
      of("search", FIND_1, at(0, "a")),
      of(undefined, FIND_2, at(0)),
      of("load", OPEN_1, at(0, "b")),
      of(undefined, OPEN_2, at(0)),
    ],
  ],
  [
    "two calls of one index that both begin empty",
    [
      of("search", "", at(0, "a")),
      of(undefined, FIND, at(0, "a")),
      of("load", "", at(0, "b")),
      of(undefined, OPEN, at(0, "b")),
    ],
  ],
  [
    "Ollama and Gemini: whole calls without an index",
    [of("search", FIND, { id: "a" }), of("load", OPEN, { id: "b" })],
  ],
  ["whole calls in one chunk", [[of("search", FIND, { id: "a" }), of("load", OPEN, { id: "b" })]]],
  [
    "arguments as objects",
    [of("search", JSON.parse(FIND), at(0, "a")), of("load", JSON.parse(OPEN), at(1, "b"))],
  ],
  [
    "interleaved by id, without an index",
    [
      of("search", FIND_1, { id: "a" }),
      of("load", OPEN_1, { id: "b" }),
      of(undefined, FIND_2, { id: "a" }),
      of(undefined, OPEN_2, { id: "b" }),
    ],
  ],
  [
    "interleaved by id, all of index 0",
    [
      of("search", FIND_1, at(0, "a")),
      of("load", OPEN_1, at(0, "b")),
      of(undefined, FIND_2, at(0, "a")),
      of(undefined, OPEN_2, at(0, "b")),
    ],
  ],
  [
    "indexes as text",
    [
      of("search", FIND_1, at("0", "a")),
      of("load", OPEN, at("1", "b")),
      of(undefined, FIND_2, at("0")),
    ],
  ],
  ["null indexes", [of("search", FIND, at(null, "a")), of("load", OPEN, at(null, "b"))]],
  [
    "name and arguments beside each other",
    [
      { id: "a", name: "search", arguments: FIND },
      { id: "b", name: "load", arguments: OPEN },
    ],
  ],
])("%s: two calls", (_, fragments) => {
  expect(assembled(fragments)).toEqual(both);
});

test.each([
  [
    "the name in each fragment",
    [of("search", FIND_1, at(0, "a")), of("search", FIND_2, at(0, "a"))],
  ],
  [
    "the id in each fragment, without an index",
    [
      of("search", "", { id: "a" }),
      of(undefined, FIND_1, { id: "a" }),
      of(undefined, FIND_2, { id: "a" }),
    ],
  ],
  [
    "name and id in each fragment, without an index",
    [of("search", FIND_1, { id: "a" }), of("search", FIND_2, { id: "a" })],
  ],
  [
    "old vLLM: another id in each fragment",
    [
      of("search", "", at(0, "a")),
      of(undefined, FIND_1, at(0, "x")),
      of(undefined, FIND_2, at(0, "y")),
    ],
  ],
  [
    "the name in pieces",
    [of("sea", "", at(0, "a")), of("rch", "", at(0)), of(undefined, FIND, at(0))],
  ],
  [
    "the name as far as it is",
    [of("sea", "", at(0, "a")), of("search", "", at(0)), of(undefined, FIND, at(0))],
  ],
  [
    "all that was sent so far in each fragment",
    [of("search", FIND_1, at(0, "a")), of("search", FIND, at(0, "a"))],
  ],
  [
    "the whole call once more at its end",
    [
      of("search", FIND_1, at(0, "a")),
      of(undefined, FIND_2, at(0)),
      of("search", FIND, at(0, "a")),
    ],
  ],
  [
    "an empty fragment at its end",
    [of("search", FIND, at(0, "a")), of("", "", at(0)), { index: 0, function: null }],
  ],
  [
    "null where nothing is new",
    [
      of("search", null, at(0, "a")),
      { index: 0, id: null, type: null, function: { name: null, arguments: FIND } },
    ],
  ],
  ["the id after the name", [of("search", FIND_1, at(0)), of(undefined, FIND_2, at(0, "a"))]],
  [
    "no index after the first fragment",
    [of("search", "", at(0, "a")), of(undefined, FIND_1), of(undefined, FIND_2)],
  ],
])("%s: one call", (_, fragments) => {
  expect(assembled(fragments)).toEqual(one);
});

test.each([
  ["without ids", [of("search", FIND, at(0)), of("load", OPEN, at(1))]],
  ["without ids, all of index 0", [of("search", FIND, at(0)), of("load", OPEN, at(0))]],
  ["with neither id nor index", [of("search", FIND), of("load", OPEN)]],
  ["with empty ids", [of("search", FIND, at(0, "")), of("load", OPEN, at(1, ""))]],
])("whole calls %s get ids of their own", (_, fragments) => {
  const calls = assembled(fragments);
  expect(calls).toEqual(unnamed);
  expect(calls[0]?.id).not.toBe(calls[1]?.id);
});

test("calls that share an id are two, and no two have the same", () => {
  const fragments = [of("search", FIND, at(0, "same")), of("load", OPEN, at(1, "same"))];
  expect(assembled(fragments)).toMatchObject([{ id: "same" }, { id: OWN, name: "load" }]);
});

test("two searches of one index at once stay two", () => {
  const more = FIND.replace("pump", "valve");
  const calls = assembled([of("search", FIND, at(0, "a")), of("search", more, at(0, "b"))]);
  expect(calls.map((call) => call.arguments)).toEqual([FIND, more]);
});

test("a call of the old form, with one function, is a call", () => {
  const chunk = readChunk({
    choices: [{ delta: { function_call: { name: "search", arguments: FIND } } }],
  });
  const assembler = createToolCallAssembler();
  for (const fragment of chunk?.fragments ?? []) assembler.add(fragment);
  expect(assembler.finished()).toEqual(unnamed.slice(0, 1));
});

test("more calls than a turn may hold are refused in words for a person", () => {
  const many = Array.from({ length: 17 }, (_, index) => of("search", FIND, at(index, `c${index}`)));
  expect(() => assembled(many)).toThrow(/more than a turn may hold/);
});
