import type { ContextCandidate } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import { chance } from "./chance.ts";
import type { EvaluationLine } from "./dataset.ts";

export interface WarmSimulation {
  /** How often the candidates hold the item meant: real ones did in about a third of the turns. */
  hitRate: number;
  /** Of the other candidates, how many are near to the line, as a real context's are. */
  nearShare: number;
  itemsMax: number;
}

export const REAL_WARMTH: WarmSimulation = { hitRate: 0.5, nearShare: 0.5, itemsMax: 15 };

type Library = Pick<LineRouter["library"], "entries" | "entry" | "resolve">;

const DRAWS_MAX = 60;

/**
 * What a context warmer might have found: in so many cases the item meant, among others of the
 * library. `near` are the items that the line itself is nearest to, the nearest first.
 */
export function simulateWarm(
  line: EvaluationLine,
  { library, near }: { library: Library; near: readonly string[] },
  { hitRate, nearShare, itemsMax }: WarmSimulation = REAL_WARMTH,
): ContextCandidate[] {
  const { call } = line;
  const meant =
    call.name === null || call.name === "search"
      ? undefined
      : library.resolve(call.arguments.item_type, call.arguments.item_id)?.key;
  const isHit = chance(line.id, "hit") < hitRate;
  const keys = new Set<string>(meant !== undefined && isHit ? [meant] : []);
  const entries = [...library.entries()];
  const count = 1 + Math.floor(chance(line.id, "count") * itemsMax);
  for (let draw = 0; keys.size < count && draw < DRAWS_MAX; draw += 1) {
    const isNear = chance(line.id, `near${draw}`) < nearShare;
    const place = chance(line.id, `other${draw}`);
    const key = isNear
      ? near[Math.floor(place * near.length)]
      : entries[Math.floor(place * entries.length)]?.key;
    // A context that misses holds everything but the item meant.
    if (key !== undefined && key !== meant) keys.add(key);
  }
  return [...keys].flatMap((key) => {
    const item = library.entry(key)?.item;
    if (item === undefined) return [];
    const { item_type, qualified_id: item_id, name, description } = item;
    return [{ item_type, item_id, name, description, score: 0.5 + chance(line.id, key) * 0.5 }];
  });
}
