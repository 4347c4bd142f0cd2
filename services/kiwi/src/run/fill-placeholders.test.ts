import { expect, test } from "vitest";
import { fillPlaceholders } from "./fill-placeholders.ts";

const fill = (text: string, inputs: Record<string, unknown>, declared = Object.keys(inputs)) =>
  fillPlaceholders(text, inputs, new Set(declared));

test("every way of writing a placeholder is filled", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: one of the forms in the wild
  const text = "{{file}} {{ file }} {input:file} {input:file:x} ${inputs.file} {file}";
  expect(fill(text, { file: "a.csv" })).toBe("a.csv a.csv a.csv a.csv a.csv a.csv");
});

test("a default stands in for a missing value, and only there", () => {
  expect(fill("{input:n:10} {input:m}", {}, ["n", "m"])).toBe("10 {input:m}");
  expect(fill("{input:url:http://x/y}", {}, ["url"])).toBe("http://x/y");
});

test("braces that name no declared input stay as they are", () => {
  expect(fill("if (x) {return} f'{other}' {file}", { file: "a" })).toBe(
    "if (x) {return} f'{other}' a",
  );
});

test("a value that looks like a placeholder is not filled again", () => {
  expect(fill("{a} {b}", { a: "{b}", b: "{{a}}" })).toBe("{b} {{a}}");
});

test("values that are not text are written as JSON, and $ is only a dollar", () => {
  expect(fill("{list} {n} {cost}", { list: [1, "x"], n: 2, cost: "$&$1" })).toBe('[1,"x"] 2 $&$1');
});

test("names of the object's own machinery are no inputs", () => {
  expect(fill("{{constructor}} {{__proto__}}", {})).toBe("{{constructor}} {{__proto__}}");
});
