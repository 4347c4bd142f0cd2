import type { Candidate } from "@lilux/protocol";
import type { ItemEvidence } from "../line-evidence.ts";
import type { RankedCalls } from "../ranked-calls.ts";

/** A script of the project that nothing speaks for but what is given. */
export function scriptEvidence(callId: string, more: Partial<ItemEvidence> = {}): ItemEvidence {
  return {
    key: `script:${callId}`,
    item: {
      item_type: "script",
      source: "project",
      effect: "write",
      description: "",
      tags: [],
      inputs: [],
    },
    callId,
    cosine: 0.5,
    lexical: 0,
    mention: { exact: false, coverage: 0 },
    warm: 0,
    isPrevious: false,
    ...more,
  };
}

/** Running it, so sure. */
export function runOf(item_id: string, confidence: number): Candidate {
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id, action: "run" },
  } as const;
  return { call, confidence, effect: "write" };
}

export function rankedWith(noCallConfidence: number, ...candidates: Candidate[]): RankedCalls {
  return { candidates, noCallConfidence, noCallConfidenceOnEnter: noCallConfidence };
}

/** By the item each call is about; of searches by "search". */
export function confidencesOf({ candidates }: RankedCalls): Record<string, number> {
  return Object.fromEntries(
    candidates.map(({ call, confidence }) => [
      call.name === "search" ? "search" : call.arguments.item_id,
      confidence,
    ]),
  );
}
