import type { Candidate } from "@lilux/protocol";
import type { LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { onEnterOf, ordered, rounded } from "./reshape-ranking.ts";

/**
 * How much what is warm counts beside what the line says: at 1 a context would be believed as it is.
 * Chosen on the development sessions of `npm run bench -- warm` (docs/warming.md).
 */
const WEIGHT = 0.7;
/** A line that is this likely to mean no call is not made one by what is warm. */
const NO_CALL_STAYS_FROM = 0.4;
/** As near below "no call" as is told. */
const BELOW = 0.999;

/**
 * What a conversation makes likely decides between items, and between nothing else: the calls of
 * items share what they had together anew, by what the line says of each and how likely its item
 * was before the line. Whether the line means a call at all, and a search, is for the line to say: a
 * context is warm under every line of a session, talk as well. So it comes last, when every rule has
 * given "no call" what is its own.
 */
export function weighWarm(
  ranked: RankedCalls,
  { items }: Pick<LineEvidence, "items">,
): RankedCalls {
  const warm = items.filter((item) => item.warm > 0);
  if (warm.length === 0) return ranked;
  const likely = new Map(warm.map((item) => [nameOf(item.item.item_type, item.callId), item.warm]));
  const factors = ranked.candidates.map((candidate) => factorOf(candidate, likely));
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

/** Undefined for a call of no item there is: a search, a creation. */
function factorOf({ call }: Candidate, likely: ReadonlyMap<string, number>): number | undefined {
  if (call.name === "search") return undefined;
  if (call.name === "execute" && call.arguments.action === "create") return undefined;
  const times = likely.get(nameOf(call.arguments.item_type, call.arguments.item_id)) ?? 1;
  return Math.max(1, times) ** WEIGHT;
}

function nameOf(itemType: string, callId: string): string {
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
