import type { InputSpec } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { validateInputs } from "./validate-inputs.ts";

const input = (name: string, type: string, given: Partial<InputSpec> = {}): InputSpec => ({
  name,
  type,
  required: false,
  ...given,
});
const validate = (specs: InputSpec[], given: Record<string, unknown>) =>
  validateInputs(specs, given, () => undefined);

describe("validateInputs", () => {
  it("reports every problem at once", () => {
    const specs = [
      input("file", "string", { required: true, description: "Path." }),
      input("count", "integer"),
      input("ratio", "number"),
    ];
    const { problems } = validate(specs, { count: "many", extra: 1 });
    expect(problems).toEqual([
      { field: "file", problem: "is required (string: Path.)" },
      { field: "count", problem: "must be an integer, not this text" },
      { field: "extra", problem: "is not an input; there are: file, count, ratio" },
    ]);
  });

  it.each([null, undefined, "", "  \n"])("counts %j as missing", (value) => {
    const specs = [input("file", "string", { required: true })];
    expect(validate(specs, { file: value }).problems).toHaveLength(1);
  });

  it("fills defaults, which also satisfy a required input", () => {
    const specs = [input("n", "integer", { required: true, default: 5 })];
    expect(validate(specs, {})).toEqual({ values: { n: 5 }, problems: [] });
  });

  it.each([
    ["integer", "12", 12],
    ["integer", "1.5", undefined],
    ["integer", "0x10", undefined],
    ["number", "-1.5e3", -1500],
    ["number", "Infinity", undefined],
    ["boolean", "True", true],
    ["boolean", "yes", undefined],
    ["array", '["a"]', ["a"]],
    ["array", "a", undefined],
    ["object", '{"a":1}', { a: 1 }],
    ["object", "[1]", undefined],
    ["string", 12, "12"],
    ["string", "1.10", "1.10"],
    ["string", " 007 ", " 007 "],
    ["integer", "007", 7],
    ["integer", "2.0", 2],
    ["integer", "1e5", 100_000],
    ["integer", "1349021875512938561", "1349021875512938561"],
    ["integer", " -9007199254740993 ", "-9007199254740993"],
    ["integer", "1000000000000000000000000", "1000000000000000000000000"],
    ["integer", "-0", "-0"],
    ["integer", "3.14159265358979323846", undefined],
    ["integer", 2 ** 60, 2 ** 60],
    ["number", "1.10", 1.1],
    ["number", "3.14159265358979323846", "3.14159265358979323846"],
    ["number", "-0.0", "-0.0"],
    ["number", "1e400", "1e400"],
    ["array", "[1349021875512938561]", undefined],
    ["array", '["1349021875512938561", 1.0]', ["1349021875512938561", 1]],
    ["string", ["a"], undefined],
  ])("reads as %s the value %j as %j", (type, value, expected) => {
    const { values, problems } = validate([input("x", type)], { x: value });
    expect(values["x"]).toEqual(expected);
    expect(problems).toHaveLength(expected === undefined ? 1 : 0);
  });

  it("names what holds a number that would change, and what to do", () => {
    const { problems } = validate([input("rows", "object")], { rows: '{"id":9007199254740993}' });
    expect(problems).toEqual([
      {
        field: "rows",
        problem: "holds a number whose digits would change: write that in quotes",
      },
    ]);
  });

  it("checks the schema of a number that stays text against the number", () => {
    const specs = [input("id", "integer", { schema: { type: "integer", minimum: 10 } })];
    const seen: unknown[] = [];
    const { values } = validateInputs(specs, { id: "1349021875512938561" }, (_schema, value) => {
      seen.push(value);
      return undefined;
    });
    expect(seen).toEqual([1349021875512938500]);
    expect(values).toEqual({ id: "1349021875512938561" });
  });

  it("never repeats a given value in a problem", () => {
    const { problems } = validate([input("x", "integer")], { x: "my secret" });
    expect(JSON.stringify(problems)).not.toContain("secret");
  });

  it("takes any parameter when none is declared, but no control parameters", () => {
    expect(validate([], { a: 1, _timeout: 5, b: null }).values).toEqual({ a: 1 });
  });

  it("asks the schema about the converted value", () => {
    const specs = [input("n", "integer", { schema: { maximum: 3 } })];
    const seen: unknown[] = [];
    const { problems } = validateInputs(specs, { n: "4" }, (schema, value) => {
      seen.push(schema, value);
      return "must be at most 3";
    });
    expect(seen).toEqual([{ maximum: 3 }, 4]);
    expect(problems).toEqual([{ field: "n", problem: "must be at most 3" }]);
  });

  it("does not take an inherited name for a given input", () => {
    const specs = [input("constructor", "string", { required: true })];
    expect(validate(specs, {}).problems).toHaveLength(1);
  });
});
