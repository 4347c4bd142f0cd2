import { createHash } from "node:crypto";
import type { Review } from "@lilux/database";
import { labelId } from "../label/label-id.ts";
import type { LabelledTurn } from "../label/label-turns.ts";

export interface DrawnLabels {
  drawn: LabelledTurn[];
  /** Unreviewed labels that were not drawn, by rule. */
  left: Record<string, number>;
}

interface Draw {
  labelled: readonly LabelledTurn[];
  reviews: readonly Review[];
  /** Differs between tenants, and stays. */
  seed: string;
  limit: number;
}

/**
 * The labels to judge next. The rule with the fewest reviews comes first, so that all become known
 * alike well; of a rule's unreviewed labels the order is that of a hash of seed and label. So what is
 * judged is a random sample of the rule's labels whenever somebody stops, nobody chooses what they
 * judge, and anybody can draw it again. Once the newest have their turn, the oldest have had theirs.
 */
export function drawLabels({ labelled, reviews, seed, limit }: Draw): DrawnLabels {
  const known = new Set(reviews.map(labelId));
  const queues = new Map(
    [...Map.groupBy(labelled, ({ label }) => label.rule)].map(([rule, group]) => [
      rule as string,
      inDrawnOrder(
        group.filter(({ id }) => !known.has(id)),
        seed,
      ),
    ]),
  );
  const judged = new Map(
    [...queues.keys()].map((rule) => [rule, reviews.filter((one) => one.rule === rule).length]),
  );
  const drawn: LabelledTurn[] = [];
  while (drawn.length < limit) {
    const open = [...queues].filter(([, queue]) => queue.length > 0);
    const [next] = open.toSorted(
      ([a], [b]) => (judged.get(a) ?? 0) - (judged.get(b) ?? 0) || a.localeCompare(b),
    );
    if (next === undefined) break;
    const [rule, queue] = next;
    drawn.push(...queue.splice(0, 1));
    judged.set(rule, (judged.get(rule) ?? 0) + 1);
  }
  const left = [...queues].map(([rule, queue]) => [rule, queue.length] as const);
  return { drawn, left: Object.fromEntries(left.filter(([, count]) => count > 0)) };
}

function inDrawnOrder(group: readonly LabelledTurn[], seed: string): LabelledTurn[] {
  const keyed = group.map((one) => ({
    one,
    key: createHash("sha256").update(`${seed}\n${one.id}`).digest("hex"),
  }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one);
}
