import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createParser, Example } from "@lilux/protocol";
import { expect, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { contaminated } from "./contaminated.ts";
import { readCaseSets } from "./read-case-sets.ts";
import { readRows } from "./read-rows.ts";

const TRAINING = join(CHECKOUT, "training", "orchestrator");

// Mutant: `contaminated` that asks no set.
test("no example teaches a line that models are judged by, and one that is planted is found", async () => {
  const sets = await readCaseSets([join(TRAINING, "evaluation", "cases.jsonl")]);
  const parser = createParser(Example, "example");
  const data = join(TRAINING, "data");
  const names = (await readdir(data, { recursive: true })).filter((one) => one.endsWith(".jsonl"));
  const examples = (
    await Promise.all(names.map((name) => readRows(join(data, name), parser)))
  ).flat();
  expect(contaminated(examples, sets)).toEqual([]);
  const [first] = examples;
  if (first === undefined) throw new Error("no examples");
  const text = `${sets[0]?.lines[0]?.toUpperCase()}!`;
  const planted = { ...first, turn: { ...first.turn, text } };
  expect(contaminated([planted], sets)).toEqual([
    { id: first.id, rule: "contaminated", problem: "its line is nearly one of cases.jsonl" },
  ]);
});
