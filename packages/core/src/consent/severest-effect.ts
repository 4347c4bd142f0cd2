import type { Effect } from "@lilux/protocol";

const SEVERITY: Readonly<Record<Effect, number>> = { read: 0, write: 1, destructive: 2 };

/** The most severe of several classes; `read` of none. */
export function severestEffect(effects: Iterable<Effect>): Effect {
  let severest: Effect = "read";
  for (const effect of effects) if (isMoreSevere(effect, severest)) severest = effect;
  return severest;
}

export function isMoreSevere(effect: Effect, than: Effect): boolean {
  return SEVERITY[effect] > SEVERITY[than];
}
