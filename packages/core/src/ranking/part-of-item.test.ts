import type { Candidate } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { ItemEvidence } from "./line-evidence.ts";
import { keepWhole } from "./part-of-item.ts";
import { EMPTY_READING } from "./testing/empty-reading.ts";

const item: ItemEvidence = {
  key: "script:email_validator",
  callId: "email_validator",
  item: {
    item_type: "script",
    source: "project",
    effect: "read",
    description: "",
    tags: [],
    inputs: [{ name: "strict", type: "boolean", required: false }],
  },
  cosine: 0.5,
  lexical: 0,
  mention: { exact: true, coverage: 1 },
  warm: 0,
  isPrevious: false,
};
function candidateOf(id: string, action: "delete" | "run"): Candidate {
  return {
    call: { name: "execute", arguments: { item_type: "script", item_id: id, action } },
    confidence: 0.97,
    confidenceOnEnter: 0.99,
    effect: action === "delete" ? "destructive" : "read",
  };
}

function actionOf(
  text: string,
  id = "email_validator",
  action: "delete" | "run" = "delete",
): string | undefined {
  const candidates = [candidateOf(id, action)];
  const ranked = { candidates, noCallConfidence: 0.03, noCallConfidenceOnEnter: 0.01 };
  const items = [{ ...item, key: `script:${id}`, callId: id }];
  const line = { text, items, lastOpen: true, hasPrevious: false };
  const [first] = keepWhole(ranked, { ...line, reading: EMPTY_READING }).candidates;
  if (first?.call.name !== "execute") return undefined;
  return `${first.call.arguments.action} ${first.effect} ${first.confidence}`;
}

describe("a part of an item that is to go is an update of it", () => {
  it.each([
    "remove the input strict from email_validator",
    "delete the step announce from email_validator",
    "drop the strict option of email_validator",
    "take the canary step out of the email validator",
    "erase the last paragraph of email_validator",
    "remove strict from email_validator",
    "delete the second example in the script email_validator",
    "delete email_validator's input strict",
    "get rid of the tag old in email_validator",
    "remove the paragraph about typos from the check of addresses",
    "cut the second example out of the page on addresses",
  ])("%s", (text) => {
    expect(actionOf(text)).toBe("update write 0.97");
  });
});

describe("an item that is to go as a whole stays a deletion", () => {
  it.each([
    "delete email_validator",
    "delete the script email_validator",
    "get rid of email_validator",
    "remove email_validator from the project",
    "please delete the old email validator",
    "dispose of the email_validator script",
    "put email_validator in the bin",
    "make email_validator disappear",
    "move email_validator to the trash",
    "delete the validator of addresses",
    "remove my notes from the project",
  ])("%s", (text) => {
    expect(actionOf(text)).toBe("delete destructive 0.97");
  });
});

describe("a change of a part of an item's file runs nothing", () => {
  it.each([
    "add a step to email_validator",
    "rename the input strict of email_validator to severe",
    "change the default of strict in the script email_validator",
    "fix the typo in email_validator",
  ])("%s", (text) => {
    expect(actionOf(text, "email_validator", "run")).toBe("update write 0.97");
  });

  it.each([
    ["add ann@example.org to email_validator", "email_validator"],
    ["change the address in email_validator", "email_validator"],
    ["add a step to count_steps", "count_steps"],
    ["run email_validator on the examples", "email_validator"],
  ])("where the file is not spoken of it stays a run: %s", (text, id) => {
    expect(actionOf(text, id, "run")).toBe("run read 0.97");
  });
});

/** Mutant: `changesItem` that is false for every verb. */
test("of any item, no line whose verb changes something is a deletion", () => {
  const verb = fc.constantFrom(
    ..."rename edit change modify adjust amend update rewrite reword fix correct improve extend shorten replace swap add".split(
      " ",
    ),
    ..."insert append raise lower increase bump reduce translate simplify make set mark".split(" "),
  );
  const before = fc.constantFrom(
    "",
    "please ",
    "could you ",
    "i want to ",
    "ok now ",
    "we should ",
  );
  const id = fc.constantFrom(
    "tide_table",
    "winter_storage",
    "remove_duplicates",
    "notes",
    "delete_old_files",
  );
  const line = fc.constantFrom(
    (v: string, name: string) => `${v} the input fee of ${name} to price`,
    (v: string, name: string) => `${v} ${name}`,
    (v: string, name: string) => `${v} an input berth to ${name}`,
    (v: string, name: string) => `${v} euros in ${name} to pounds`,
    (v: string, name: string) =>
      `${v} the second paragraph of the page about ${name.replaceAll("_", " ")}`,
    (v: string) => `${v} the last step there`,
  );
  fc.assert(
    fc.property(before, verb, line, id, (lead, said, form, name) => {
      expect(actionOf(`${lead}${form(said, name)}`, name)).toMatch(/^update write /u);
    }),
  );
});
