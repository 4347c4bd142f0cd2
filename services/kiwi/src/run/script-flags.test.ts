import { expect, it } from "vitest";
import { scriptFlags } from "./script-flags.ts";

it("a parameter that no command line holds is refused by its name", () => {
  expect(scriptFlags({ text: "x".repeat(100_000) })).toHaveLength(1);
  for (const parameters of [
    { text: "x".repeat(130 * 1024) },
    { text: "ä".repeat(70 * 1024) },
    { text: "a\0b" },
  ]) {
    expect(() => scriptFlags(parameters)).toThrow(/^text may hold/);
  }
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`p${index}`, "x".repeat(100_000)]),
  );
  expect(() => scriptFlags(many)).toThrow("parameters may hold");
});
