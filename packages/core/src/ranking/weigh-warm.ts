import type { LineEvidence, Proposal } from "./line-evidence.ts";

/**
 * How much what is warm counts beside what the line says, and for how likely an item is taken that is
 * not warm. Chosen on the development sessions of `npm run bench -- warm` (docs/warming.md).
 */
const WARM = { weight: 0.7, elsewhere: 0.002 } as const;

/**
 * What a conversation makes likely decides between items, and between nothing else: the calls of
 * items share what they had together anew, by what the line says of each and how likely its item
 * was before the line. Whether the line means a call at all, and a search, is for the line to say: a
 * context is warm under every line of a session, talk as well.
 *
 * `probabilities` are the proposals' own; the answer is theirs in the same order.
 */
export function weighWarm(
  probabilities: readonly number[],
  proposals: readonly Proposal[],
  { items }: Pick<LineEvidence, "items">,
): readonly number[] {
  if (items.every(({ warm }) => warm === 0)) return probabilities;
  let before = 0;
  let after = 0;
  const weighed = proposals.map((proposal, at) => {
    const own = probabilities[at] ?? 0;
    if (!("item" in proposal)) return own;
    const { warm } = proposal.item;
    const one = own * (Math.max(warm, WARM.elsewhere) / WARM.elsewhere) ** WARM.weight;
    before += own;
    after += one;
    return one;
  });
  if (after === 0) return probabilities;
  return weighed.map((one, at) => ("item" in (proposals[at] ?? {}) ? (one * before) / after : one));
}
