import { expect, test } from "vitest";
import { lookAlikeOf } from "./look-alike.ts";

// Mutant: `outlineOf` leaves the hyphens in.
test("a name that is read as another one is told from names that only share letters", () => {
  const known = ["acme", "modern-mail", "cloud9", "willow", "bill"];
  const alike = (name: string) => lookAlikeOf(name, known);
  expect(
    ["acrne", "ac-me", "acmee", "rnodern-rnail", "modernmail", "doud9", "wi11ow"].map(alike),
  ).toEqual(["acme", "acme", "acme", "modern-mail", "modern-mail", "cloud9", "willow"]);
  expect(["acme", "acne", "acme-labs", "modern", "ball", "cloud8"].map(alike)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
