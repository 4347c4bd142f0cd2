import { expect, test } from "vitest";
import { REQUEST_PARSERS } from "./request-parsers.ts";

const request = () => ({ tenant: "local", arguments: { item_type: "script", query: "email" } });

test("what was parsed is the same object the second time, without a second look", () => {
  const counting = { looks: 0 };
  const watched = new Proxy(request(), {
    get(target, name, self) {
      counting.looks += 1;
      return Reflect.get(target, name, self);
    },
  });
  const first = REQUEST_PARSERS.search.parse(watched);
  const { looks } = counting;
  expect(looks).toBeGreaterThan(0);
  expect(REQUEST_PARSERS.search.parse(first)).toBe(first);
  // Fails when the parser does not remember.
  expect(counting.looks).toBe(looks);
});

test("an equal request that was not parsed yet is looked at, and a wrong one refused each time", () => {
  REQUEST_PARSERS.search.parse(request());
  const wrong = { ...request(), arguments: { item_type: "recipe", query: "x" } };
  for (let time = 0; time < 2; time += 1) {
    expect(() => REQUEST_PARSERS.search.parse(wrong)).toThrow(/item_type/);
  }
  expect(() => REQUEST_PARSERS.load.parse(request())).toThrow();
});
