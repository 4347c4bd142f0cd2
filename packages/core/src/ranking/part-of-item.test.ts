import type { Candidate } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
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
const deletion: Candidate = {
  call: {
    name: "execute",
    arguments: { item_type: "script", item_id: "email_validator", action: "delete" },
  },
  confidence: 0.97,
  confidenceOnEnter: 0.99,
  effect: "destructive",
};

function actionOf(text: string): string | undefined {
  const ranked = { candidates: [deletion], noCallConfidence: 0.03, noCallConfidenceOnEnter: 0.01 };
  const line = { text, items: [item], lastOpen: true, hasPrevious: false };
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
  ])("%s", (text) => {
    expect(actionOf(text)).toBe("delete destructive 0.97");
  });
});
