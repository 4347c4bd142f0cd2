export {
  type EffectFinding,
  effectiveEffect,
  type ItemFacts,
  itemFactsOf,
} from "./effective-effect.ts";
export {
  type AskReason,
  type Circumstance,
  mayRunWithoutAsking,
  type Verdict,
} from "./may-run-without-asking.ts";
export type { NamedItem } from "./named-items.ts";
export { isMoreSevere, severestEffect } from "./severest-effect.ts";
export { type StartedStep, voucherOf } from "./voucher-of.ts";
export { type Abilities, weakenings } from "./weakenings.ts";
