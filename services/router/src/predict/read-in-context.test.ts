import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { joinContext } from "./read-in-context.ts";

const TRAINING = join(import.meta.dirname, "../../../../training/router/lilux_router/context.py");

describe("a line joined to the one before", () => {
  it("keeps the first words of a long line before, and all of its own", () => {
    const before = Array.from({ length: 40 }, (_, at) => `w${at}`).join("  ");
    const joined = joinContext(before, "again, but for ./web");
    expect(joined.startsWith("w0 w1 ")).toBe(true);
    expect(joined.endsWith("w15 → again, but for ./web")).toBe(true);
  });

  it("is joined as in training", async () => {
    const source = await readFile(TRAINING, "utf8");
    const separator = /^SEPARATOR = "(.+)"$/mu.exec(source)?.[1];
    const words = Number(/^WORDS_BEFORE = (\d+)$/mu.exec(source)?.[1]);
    const before = Array.from({ length: words + 1 }, (_, at) => `w${at}`);
    const kept = before.slice(0, words).join(" ");
    expect(joinContext(before.join(" "), "again")).toBe(`${kept}${separator}again`);
  });
});
