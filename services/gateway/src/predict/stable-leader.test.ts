import { type Candidate, DEFAULT_THRESHOLDS } from "@lilux/protocol";
import { expect, test } from "vitest";
import { isStable, nextLeading } from "./stable-leader.ts";

const at = (nowMs: number) => ({ thresholds: DEFAULT_THRESHOLDS, nowMs });
const search = (query: string, confidence = 0.9): Candidate => ({
  call: { name: "search", arguments: { item_type: "script", query } },
  confidence,
  effect: "read",
});

test("a leader is stable when two predictions agree on it, or after 120 ms", () => {
  const first = nextLeading(undefined, search("email"), at(0));
  expect(first && isStable(first, 119)).toBe(false);
  expect(first && isStable(first, 120)).toBe(true);
  const second = nextLeading(first, search("email"), at(40));
  expect(second && isStable(second, 40)).toBe(true);
});

test("another call starts anew", () => {
  const first = nextLeading(undefined, search("email"), at(0));
  const other = nextLeading(first, search("mail"), at(200));
  expect(other && isStable(other, 200)).toBe(false);
});

test.each<[string, Candidate]>([
  ["one that is not sure enough", search("email", 0.59)],
  [
    "an execute, whatever effect it claims",
    {
      call: {
        name: "execute",
        arguments: { item_type: "knowledge", item_id: "smtp", action: "run" },
      },
      confidence: 0.99,
      effect: "read",
    },
  ],
  [
    "a load that writes a file",
    {
      call: {
        name: "load",
        arguments: {
          item_type: "script",
          item_id: "a",
          source: "project",
          destination: "user",
        },
      },
      confidence: 0.99,
      effect: "read",
    },
  ],
])("never leads to a run unasked: %s", (_name, candidate) => {
  expect(nextLeading(undefined, candidate, at(0))).toBeUndefined();
});
