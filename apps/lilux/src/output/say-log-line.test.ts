import { expect, test } from "vitest";
import { sayLogLine } from "./say-log-line.ts";

test("a trouble that has a fix is one sentence, and any other line stays as it is", () => {
  const line = { level: "warn", msg: "model server is not usable", detail: "nothing answers at x" };
  expect(sayLogLine(JSON.stringify({ ...line, fix: "Start it." }))).toBe(
    "lilux: model server is not usable: nothing answers at x. Start it.\n",
  );
  for (const other of [JSON.stringify(line), "no JSON", "null", "[]", JSON.stringify("text")]) {
    expect(sayLogLine(other)).toBeUndefined();
  }
});
