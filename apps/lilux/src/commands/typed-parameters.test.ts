import { type InputSpec, LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { typedParameters } from "./typed-parameters.ts";

const input = (name: string, type: string): InputSpec => ({ name, type, required: false });
const DECLARED = [
  input("version", "string"),
  input("account", "integer"),
  input("ratio", "number"),
  input("on", "boolean"),
  input("tags", "array"),
  input("rows", "object"),
  input("other", "date"),
];

test.each(["1.10", "1e5", "1349021875512938561", "-0", "true", "null", "007", "[1]", '"x"', " a "])(
  "an input declared text gets %j as it was typed",
  (text) => {
    expect(typedParameters([`version=${text}`], DECLARED)).toEqual({ version: text });
  },
);

test("an input of another type gets the text, for the instance to read by that type", () => {
  const pairs = ["account=1349021875512938561", "ratio=1e5", "on=true", "tags=[1]", 'rows={"a":1}'];
  expect(typedParameters(pairs, DECLARED)).toEqual({
    account: "1349021875512938561",
    ratio: "1e5",
    on: "true",
    tags: "[1]",
    rows: '{"a":1}',
  });
  expect(typedParameters(["account=null", "other=3"], DECLARED)).toEqual({
    account: null,
    other: 3,
  });
});

test("what nobody declared is JSON where it is JSON and would be written back the same, else text", () => {
  const pairs = [
    "limit=3",
    "dry_run=true",
    'emails=["a@b.org"]',
    "name=Ann Smith",
    "query=a=b",
    "empty=",
    "nothing=null",
    "big=1349021875512938561",
    "version=1.10",
    "power=1e5",
    "zero=-0",
    "agent=007",
  ];
  expect(typedParameters(pairs, [])).toEqual({
    limit: 3,
    dry_run: true,
    emails: ["a@b.org"],
    name: "Ann Smith",
    query: "a=b",
    empty: "",
    nothing: null,
    big: "1349021875512938561",
    version: "1.10",
    power: "1e5",
    zero: "-0",
    agent: "007",
  });
});

test("digits that would change inside a list are refused by their place", () => {
  expect(() => typedParameters(['rows=[{"id":9007199254740993}]'], [])).toThrow(
    /parameters\.rows\.0\.id/,
  );
});

test("what is not name=value is refused by its own words", () => {
  expect(() => typedParameters(["loose"], [])).toThrow(LiluxError);
  expect(() => typedParameters(["=x"], [])).toThrow(/"=x"/);
});
