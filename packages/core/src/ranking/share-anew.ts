import type { Candidate } from "@lilux/protocol";
import type { RankedCalls } from "./ranked-calls.ts";
import { onEnterOf, ordered, rounded } from "./reshape-ranking.ts";

/** A line that is this likely to mean no call is not made one by what decides between items. */
const NO_CALL_STAYS_FROM = 0.4;
/** As near below "no call" as is told. */
const BELOW = 0.999;

/** How many times likelier a call's item is for something else than the line; undefined for a call of no item there is. */
export type FactorOf = (candidate: Candidate) => number | undefined;

/**
 * Decides between items, and between nothing else: the calls of items share what they had together
 * anew. "No call", searches and creations keep what they have.
 */
export function shareAnew(ranked: RankedCalls, factorOf: FactorOf): RankedCalls {
  const factors = ranked.candidates.map(factorOf);
  const typing = shared(
    ranked.candidates.map(({ confidence }) => confidence),
    { factors, none: ranked.noCallConfidence },
  );
  const onEnter = shared(ranked.candidates.map(onEnterOf), {
    factors,
    none: ranked.noCallConfidenceOnEnter,
  });
  const candidates = ranked.candidates.map((candidate, at) => ({
    ...candidate,
    confidence: rounded(typing[at] ?? 0),
    confidenceOnEnter: rounded(onEnter[at] ?? 0),
  }));
  return ordered({ ...ranked, candidates });
}

/** The item a call is about, as `nameOf` names it; undefined for a search and a creation. */
export function itemNameOf({ call }: Candidate): string | undefined {
  if (call.name === "search") return undefined;
  if (call.name === "execute" && call.arguments.action === "create") return undefined;
  return nameOf(call.arguments.item_type, call.arguments.item_id);
}

export function nameOf(itemType: string, callId: string): string {
  return `${itemType}:${callId}`;
}

/** The same sum over the calls of items, shared anew; the others as they were. */
function shared(
  confidences: readonly number[],
  { factors, none }: { factors: readonly (number | undefined)[]; none: number },
): number[] {
  let before = 0;
  let after = 0;
  for (const [at, own] of confidences.entries()) {
    const factor = factors[at];
    if (factor === undefined) continue;
    before += own;
    after += own * factor;
  }
  if (after === 0) return [...confidences];
  const noCallStays = none >= NO_CALL_STAYS_FROM && confidences.every((one) => one <= none);
  const roof = noCallStays ? none * BELOW : 1;
  return confidences.map((own, at) => {
    const factor = factors[at];
    return factor === undefined ? own : Math.min(roof, (own * factor * before) / after);
  });
}
