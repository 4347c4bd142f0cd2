import type { InputSpec } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { readParameters } from "./read-parameters.ts";

function read(line: string, id: string, inputs: readonly InputSpec[]): Record<string, unknown> {
  const idWords = splitIdentifier(id);
  const target = { inputs, idWords, knownWords: new Set(idWords), today: "2026-10-14" };
  return readParameters(line, target).values;
}

const text = (name: string, description: string, required = true): InputSpec => ({
  name,
  type: "string",
  required,
  description,
});
const tenant = text("tenant", "Who lives there.");
const message = text("message", "What it says.");

describe("what is to be said is the said text and no more", () => {
  it.each([
    ["write Lea Roth saying the lift is out", "the lift is out"],
    ["write Lea Roth a letter that the lift is out, thanks", "the lift is out"],
    ["write Lea Roth: please close the gate", "please close the gate"],
    ['write Lea Roth "the lift is out" please', "the lift is out"],
  ])("%s", (line, said) => {
    const values = read(line, "write_letter", [tenant, message]);
    expect(values).toEqual({ tenant: "Lea Roth", message: said });
  });

  it("a reason stands behind because", () => {
    const reason = text("reason", "Why, in a sentence.", false);
    const values = read("evict Lea Roth because she never pays", "evict_tenant", [tenant, reason]);
    expect(values).toEqual({ tenant: "Lea Roth", reason: "she never pays" });
  });

  it("a last clause with a day belongs to the day", () => {
    const fault = text("fault", "What is broken, in words.");
    const seen = text("seen_on", "Day, as YYYY-MM-DD.", false);
    const line = "note a fault: the lift is stuck, it was on 9 October";
    expect(read(line, "note_fault", [fault, seen])).toEqual({
      fault: "the lift is stuck",
      seen_on: "2026-10-09",
    });
  });

  it("an amount behind a colon is no sentence", () => {
    const reason = text("reason", "Why.", false);
    const amount: InputSpec = { name: "amount", type: "number", required: true };
    expect(read("charge Lea Roth: €400", "charge_tenant", [tenant, amount, reason])).toEqual({
      tenant: "Lea Roth",
      amount: 400,
    });
  });
});

/** Mutant: a run counts as led wherever it stands. */
test("words of politeness, hurry, manner and the day are no value of an input that need not be given", () => {
  const floor = text("floor", "Which floor.", false);
  const said = fc.constantFrom(
    "please",
    "quickly",
    "now",
    "thanks",
    "again",
    "tomorrow morning",
    "this evening",
    "asap",
    "really",
    "spotless",
    "extra carefully",
    "nothing fancy",
    "for once",
    "when you can",
  );
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 3 }), (words) => {
      const lines = [`clean stairs ${words.join(" ")}`, `clean stairs, ${words.join(", ")}`];
      for (const line of lines) expect(read(line, "clean_stairs", [floor])).toEqual({});
    }),
  );
});

describe("and what is said for it is", () => {
  it.each([
    ["clean stairs of the attic", { floor: "attic" }],
    ["clean the attic", { floor: "attic" }],
    ["clean stairs floor attic", { floor: "attic" }],
    ['clean stairs "north wing"', { floor: "north wing" }],
  ])("%s", (line, values) => {
    const floor = text("floor", "Which floor.", false);
    expect(read(line, "clean_stairs", [floor])).toEqual(values);
  });
});
