import type { Candidate } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { mentionOf } from "./item-mention.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import { matchItems } from "./match-items.ts";
import { EMPTY_READING } from "./testing/empty-reading.ts";

function evidence(id: string, text: string, more: Partial<ItemEvidence> = {}): ItemEvidence {
  return {
    key: `script:${id}`,
    item: {
      item_type: "script",
      source: "project",
      effect: "write",
      description: `About ${id}.\nMore of it.`,
      tags: [],
      inputs: [],
    },
    callId: id,
    cosine: 0,
    lexical: 0,
    mention: mentionOf(splitIdentifier(id), { words: splitIdentifier(text), lastOpen: true }),
    warm: 0,
    isPrevious: false,
    ...more,
  };
}

function lineOf(text: string, items: ItemEvidence[]): LineEvidence {
  return { reading: EMPTY_READING, text, lastOpen: true, hasPrevious: false, items };
}

const ids = (matches: ReturnType<typeof matchItems>) =>
  matches.map(({ call }) => (call.name === "search" ? "" : call.arguments.item_id));

describe("items that a line may be about", () => {
  it("match by name from the first letters, with one line on what each is for", () => {
    const items = ["tide_table", "tidy_desk", "moon_phase"].map((id) => evidence(id, "tid"));
    const matches = matchItems(lineOf("tid", items), []);
    expect(ids(matches).sort()).toEqual(["tide_table", "tidy_desk"]);
    expect(matches[0]?.description).toMatch(/^About \w+\.$/);
  });

  it("match by meaning only once there is some", () => {
    const near = (text: string) => [evidence("moon_phase", text, { cosine: 0.8 })];
    expect(matchItems(lineOf("th", near("th")), [])).toEqual([]);
    expect(ids(matchItems(lineOf("the lunar", near("the lunar")), []))).toEqual(["moon_phase"]);
  });

  it("begin with what the ranked calls are about, sure or not", () => {
    const text = "what about the sea";
    const items = [
      evidence("moon_phase", text, { cosine: 0.5 }),
      evidence("tide_table", text, { cosine: 0.3 }),
    ];
    const call = {
      name: "execute",
      arguments: { item_type: "script", item_id: "tide_table", action: "run" },
    } as const;
    const doubtful: Candidate = { call, confidence: 0.4, effect: "write" };
    expect(ids(matchItems(lineOf(text, items), [doubtful]))).toEqual(["tide_table", "moon_phase"]);
  });

  it("are not what the conversation was about where the line says another thing", () => {
    // Fails when warmth is weighed as it comes, which has no upper bound.
    const text = "find invoice";
    const warm = evidence("merged_branches", text, { cosine: 0.2, warm: 40, isPrevious: true });
    const meant = evidence("invoice_total", text, { cosine: 0.4, lexical: 0.5 });
    expect(ids(matchItems(lineOf(text, [warm, meant]), []))).toEqual([
      "invoice_total",
      "merged_branches",
    ]);
  });

  it("are only opened, unless the line asks for what can be run", () => {
    // Fails when the scope is not asked which call a match makes.
    const knowledge = evidence("tide_lore", "tide");
    const items = [
      evidence("tide_table", "tide"),
      { ...knowledge, item: { ...knowledge.item, item_type: "knowledge" as const } },
    ];
    const line = lineOf("tide", items);
    expect(matchItems(line, []).every(({ call }) => call.name === "load")).toBe(true);
    expect(matchItems(line, []).every(({ effect }) => effect === "read")).toBe(true);
    expect(matchItems(line, [], { kind: "run", rest: "tide" })).toMatchObject([
      { call: { name: "execute", arguments: { item_id: "tide_table" } }, effect: "write" },
    ]);
    const typed = matchItems(line, [], { kind: "type", type: "knowledge", rest: "tide" });
    expect(ids(typed)).toEqual(["tide_lore"]);
  });

  it("are no more than fit under the line", () => {
    const items = Array.from({ length: 30 }, (_, at) => evidence(`tide_${at}`, "tide"));
    expect(matchItems(lineOf("tide", items), [])).toHaveLength(6);
  });
});
