import type { ItemSummary } from "@lilux/protocol";
import { chance } from "./chance.ts";
import type { EvaluationLine } from "./dataset.ts";

/** A line over a library of a few items, which may or may not hold the one it means. */
export interface TinyLibrary {
  items: ItemSummary[];
  line: EvaluationLine;
}

const ITEMS_MAX = 5;
const HELD_SHARE = 0.6;

/**
 * Where there is nothing to compare with, margins and shares say nothing: a ranker has to have
 * seen it. What means an item that is not there means no call. Undefined for lines about no item.
 */
export function simulateTiny(
  line: EvaluationLine,
  items: readonly ItemSummary[],
): TinyLibrary | undefined {
  const { call } = line;
  const isCreation = call.name === "execute" && call.arguments.action === "create";
  if (call.name === "search" || isCreation || line.history !== undefined) return undefined;
  const wanted = new Set(
    [call, ...(line.acceptable ?? [])].flatMap((one) =>
      one.name === "load" || one.name === "execute" ? [one.arguments.item_id] : [],
    ),
  );
  const isMeant = ({ item_id, qualified_id }: ItemSummary): boolean =>
    wanted.has(item_id) || wanted.has(qualified_id);
  const isHeld = call.name !== null && chance(line.id, "held") < HELD_SHARE;
  const others = items.filter((item) => !isMeant(item));
  const count = 1 + Math.floor(chance(line.id, "tiny") * ITEMS_MAX);
  const taken = isHeld ? items.filter(isMeant).slice(0, 1) : [];
  for (let draw = 0; taken.length < count && draw < 4 * ITEMS_MAX; draw += 1) {
    const other = others[Math.floor(chance(line.id, `tiny${draw}`) * others.length)];
    if (other !== undefined && !taken.includes(other)) taken.push(other);
  }
  if (isHeld || call.name === null) return { items: taken, line };
  const { acceptable: _, ...rest } = line;
  return { items: taken, line: { ...rest, call: { name: null } } };
}
