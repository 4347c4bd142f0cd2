import { expect, test } from "vitest";
import { measureFunctions } from "./measure-functions.ts";

const text = `export function first(a: number): number {
  if (a > 1) {
    return 2;
  }
  return 1;
}

const second = async (b) => {
  await b;
};
`;

test("a function's length is counted from its head to the brace that closes it", () => {
  expect(measureFunctions(text)).toEqual([
    { name: "first", line: 1, lines: 6 },
    { name: "second", line: 8, lines: 3 },
  ]);
});

const factory = `export function createThing() {
  let count = 0;
  function inner(): number {
    count += 1;
    return count;
  }
  return {
    inner,
  };
}
`;

test("a function inside a function counts for itself alone", () => {
  expect(measureFunctions(factory).map(({ name, lines }) => [name, lines])).toEqual([
    ["createThing", 6],
    ["inner", 4],
  ]);
});
