import { expect, test } from "vitest";
import { Call } from "./call.ts";
import { CLIENT_FRAMES } from "./client-frames.ts";
import { LiluxError } from "./lilux-error.ts";
import { createParser } from "./parse.ts";

const keystroke = createParser(CLIENT_FRAMES.keystroke, "keystroke");

function problemWith(parse: () => unknown): { message: string; field: unknown } {
  try {
    parse();
  } catch (error) {
    if (error instanceof LiluxError)
      return { message: error.message, field: error.details?.["field"] };
  }
  throw new Error("the value was taken");
}

test.each([
  [{ type: "keystroke", seq: "x", text: "a" }, "seq", "must be integer"],
  [{ type: "keystroke", text: "a" }, "seq", "is missing"],
  [{ type: "keystroke", seq: 1, text: "a", extra: 1 }, "extra", "is not a known field"],
  [5, "(whole)", "must be object"],
])("a wrong value %j is refused by the name of its field", (value, field, problem) => {
  const found = problemWith(() => keystroke.parse(value));
  expect(found.field).toBe(field);
  expect(found.message).toContain(problem);
  expect(found.message).toContain("Correct it");
});

test("a closed choice lists what is allowed", () => {
  const call = createParser(Call, "call");
  const wrong = { name: "search", arguments: { item_type: "scrip", query: "email" } };
  expect(problemWith(() => call.parse(wrong)).message).toContain("directive, script, knowledge");
});

test("a right value comes back as it is", () => {
  const value = { type: "keystroke", seq: 1, text: "find" };
  expect(keystroke.parse(value)).toBe(value);
});
