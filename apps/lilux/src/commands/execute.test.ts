import { LiluxError } from "@lilux/protocol";
import { expect, test } from "vitest";
import { parametersFrom } from "./execute.ts";

test("values that are JSON are taken as JSON, all others as text", () => {
  const pairs = [
    "limit=3",
    "dry_run=true",
    'emails=["a@b.org"]',
    "name=Ann Smith",
    "query=a=b",
    "empty=",
  ];
  expect(parametersFrom(pairs)).toEqual({
    limit: 3,
    dry_run: true,
    emails: ["a@b.org"],
    name: "Ann Smith",
    query: "a=b",
    empty: "",
  });
});

test("what is not name=value is refused by its own words", () => {
  expect(() => parametersFrom(["loose"])).toThrow(LiluxError);
  expect(() => parametersFrom(["=x"])).toThrow(/"=x"/);
});
