import type { ExecuteAction } from "@lilux/protocol";
import { describe, expect, test } from "vitest";
import { CALL_FEATURES, type CallFeature } from "./call-feature-names.ts";
import { callFeatures } from "./call-features.ts";
import type { ItemEvidence, LineEvidence, Proposal } from "./line-evidence.ts";
import { EMPTY_READING } from "./testing/empty-reading.ts";

const item: ItemEvidence = {
  key: "script:tide_table",
  item: {
    item_type: "script",
    source: "project",
    effect: "read",
    description: "",
    tags: [],
    inputs: [],
  },
  callId: "tide_table",
  cosine: 0.6,
  lexical: 0,
  mention: { exact: false, coverage: 0.5 },
  warm: 0,
  isPrevious: false,
};

const execution = (action: ExecuteAction): Proposal => ({
  kind: "execute",
  call: {
    name: "execute",
    arguments: { item_type: "script", item_id: item.callId, action },
  },
  item,
});

function featuresOf(text: string, proposal: Proposal): (name: CallFeature) => number {
  const line: LineEvidence = {
    reading: { ...EMPTY_READING, words: text.split(" ") },
    text,
    lastOpen: true,
    hasPrevious: false,
    items: [item],
  };
  const [row] = callFeatures([proposal], line);
  return (name) => row?.[CALL_FEATURES.indexOf(name)] ?? 0;
}

describe("what is told apart for the ranker", () => {
  test.each(["update", "delete", "publish"] as const)("an item is changed: %s", (action) => {
    const changed = featuresOf("rename the input day of tide_table", execution(action));
    const names = ["is_manage", "manage_coverage", "manage_cosine", "manage_said"] as const;
    expect(names.map(changed)).toEqual([1, 0.5, 0.6, 1]);
    expect(featuresOf("move the tide up", execution(action))("manage_said")).toBe(0);
    const run = featuresOf("rename the input day of tide_table", execution("run"));
    expect(names.map(run)).toEqual([0, 0, 0, 0]);
  });

  test.each([
    ["what is the tide", 1],
    ["and how high is it", 1],
    ["Who's on duty", 1],
    ["the tide at noon?", 1],
    ["show what is due", 0],
    ["isolate the pump", 0],
    ["whatsapp the crew", 0],
    ["is", 1],
  ])("a question by its form: %s", (text, asks) => {
    expect(featuresOf(text, { kind: "none", call: null })("none_asks")).toBe(asks);
  });
});
