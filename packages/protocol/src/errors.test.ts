import { expect, test } from "vitest";
import { ERRORS } from "./errors.ts";

test.each(Object.entries(ERRORS))(
  "%s says something, and no limit that can be configured",
  (_code, { sentence }) => {
    expect(sentence).toMatch(/^[A-Za-z].*\.$/);
    expect(sentence).not.toMatch(/\d\s*(KiB|MiB|bytes|seconds|minutes)\b/i);
  },
);

test("a connection that is closed for an error gets a code of its own range", () => {
  const closing = Object.values(ERRORS).flatMap(({ close }) => (close === null ? [] : [close]));
  expect(closing.length).toBeGreaterThan(5);
  expect(
    closing.filter((code) => (code < 4000 || code > 4999) && (code < 1000 || code > 1013)),
  ).toEqual([]);
});
