import type { HeldCandidate } from "../decide/merge-candidates.ts";
import { type ItemReference, isSameItem } from "../decide/same-item.ts";
import type { ContextWarmerMetrics } from "../metrics.ts";

/** Whether warming was worth it: which warm candidates turns were about, and which none was. */
export interface HitCounter {
  /** A person committed a call about this item, with these candidates warm. */
  accepted(item: ItemReference, warm: readonly HeldCandidate[]): void;
  offered(before: readonly HeldCandidate[], after: readonly HeldCandidate[]): void;
  dropped(candidates: readonly HeldCandidate[]): void;
}

export function createHitCounter(
  metrics: Pick<ContextWarmerMetrics, "accepted" | "offered" | "wasted">,
): HitCounter {
  return {
    accepted(item, warm) {
      const match = warm.find(({ candidate }) => isSameItem(candidate, item));
      if (match !== undefined) match.used = true;
      const outcome = warm.length === 0 ? "cold" : match === undefined ? "miss" : "hit";
      metrics.accepted.inc({ outcome });
    },
    offered(before, after) {
      const isNew = (entry: HeldCandidate): boolean =>
        !before.some((other) => isSameItem(other.candidate, entry.candidate));
      metrics.offered.inc(after.filter(isNew).length);
    },
    dropped(candidates) {
      metrics.wasted.inc(candidates.filter(({ used }) => !used).length);
    },
  };
}
