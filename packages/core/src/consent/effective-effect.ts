import type { Effect, Grant, Step } from "@lilux/protocol";
import { type EffectCause, effectsOfGrants } from "./effect-of-grants.ts";
import { findInGrants, findInSteps, type NamedItem } from "./named-items.ts";
import { isMoreSevere, severestEffect } from "./severest-effect.ts";

/** What is known of one item by itself. */
export interface ItemFacts {
  /** How people call it: `script clean_up`. */
  label: string;
  /** What it says of itself. */
  declared: Effect;
  /** The most severe of that, its grants, what its steps do, and its history. */
  own: EffectCause;
  /** Whom its steps and grants lead to. */
  named: readonly NamedItem[];
}

export interface FactsRequest {
  label: string;
  declared: Effect;
  grants: readonly Grant[];
  steps: readonly Step[];
  /** What it was before somebody who is no person changed it, until a person says yes to it. */
  before?: Effect | undefined;
}

/** A class as it is shown, with a reason where it is more severe than declared. */
export interface EffectFinding {
  effect: Effect;
  reason?: string;
}

/** Looks a name up: every item it could mean. Undefined: a stranger's, which nobody here has. */
export type LookUp = (named: NamedItem) => readonly ItemFacts[] | undefined;

/** More than these are not looked through, and taken for the worst. */
const REACHED_MAX = 256;

/** Pure. */
export function itemFactsOf({ label, declared, grants, steps, before }: FactsRequest): ItemFacts {
  const inSteps = findInSteps(steps);
  const causes: EffectCause[] = [
    { effect: declared, why: "" },
    ...effectsOfGrants(grants),
    ...inSteps.causes,
  ];
  if (before !== undefined) {
    causes.push({
      effect: before,
      why: `was ${before} before it was changed, and no person has run it since`,
    });
  }
  return {
    label,
    declared,
    own: worst(causes),
    named: [...inSteps.named, ...findInGrants(grants)],
  };
}

/**
 * The effective class of an item: the most severe of what it declares, what its
 * grants allow, what its steps can reach at any depth, and its history. What a
 * grant merely permits to be run makes it a write at most: such a call asks for
 * itself. More facts never lower it. Pure; ends for every library.
 */
export function effectiveEffect(item: ItemFacts, lookUp: LookUp): EffectFinding {
  const byStep = reach(item, lookUp, ({ by }) => by === "step");
  const byAny = reach(item, lookUp, () => true);
  const permitted: EffectCause = {
    effect: byAny.effect === "read" ? "read" : "write",
    why: byAny.why,
  };
  const { effect, why } = worst([{ effect: item.declared, why: "" }, item.own, byStep, permitted]);
  return isMoreSevere(effect, item.declared) ? { effect, reason: `It ${why}.` } : { effect };
}

/** The worst that can be come to from an item, itself left out. */
function reach(
  item: ItemFacts,
  lookUp: LookUp,
  follows: (named: NamedItem) => boolean,
): EffectCause {
  const seen = new Set<ItemFacts>([item]);
  let worstYet: EffectCause = { effect: "read", why: "" };
  for (const at of seen) {
    for (const named of at.named) {
      if (!follows(named)) continue;
      const found = lookUp(named);
      if (found === undefined) {
        const why = `runs ${named.item_id}, which nobody here has looked at`;
        worstYet = worst([worstYet, { effect: "destructive", why }]);
      }
      for (const next of found ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        const why = `can run the ${next.label}, which is ${next.own.effect}`;
        worstYet = worst([worstYet, { effect: next.own.effect, why }]);
      }
    }
    if (worstYet.effect === "destructive") return worstYet;
    if (seen.size > REACHED_MAX) {
      return { effect: "destructive", why: "reaches more items than are looked through" };
    }
  }
  return worstYet;
}

/** The first of those that are most severe. */
function worst(causes: readonly EffectCause[]): EffectCause {
  const effect = severestEffect(causes.map((cause) => cause.effect));
  return causes.find((cause) => cause.effect === effect) ?? { effect, why: "" };
}
