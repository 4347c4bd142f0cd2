import type { Call } from "@lilux/protocol";
import { expect, test } from "vitest";
import { digestCall } from "./digest-call.ts";

const run = (parameters: Record<string, unknown>): Call => ({
  name: "execute",
  arguments: { item_type: "script", item_id: "purge", action: "run", parameters },
});

test("the order of arguments is no matter", () => {
  expect(digestCall(run({ a: 1, b: { c: 2, d: 3 } }))).toBe(
    digestCall(run({ b: { d: 3, c: 2 }, a: 1 })),
  );
});

test("any other value gives another digest", () => {
  expect(digestCall(run({ days: 3 }))).not.toBe(digestCall(run({ days: 30 })));
  expect(digestCall(run({ days: 3 }))).not.toBe(digestCall(run({ days: "3" })));
});
