import { createLineOverlap, type LineSet } from "@lilux/core/text";
import type { Example } from "@lilux/protocol";
import type { Finding } from "./finding.ts";

/** Examples whose line is one that models are judged by, or nearly: whoever learns them knows the answers. */
export function contaminated(examples: readonly Example[], sets: readonly LineSet[]): Finding[] {
  const overlap = createLineOverlap(sets);
  return examples.flatMap(({ id, turn }) => {
    const set = overlap.setOf(turn.text);
    if (set === undefined) return [];
    return [{ id, rule: "contaminated", problem: `its line is nearly one of ${set}` }];
  });
}
