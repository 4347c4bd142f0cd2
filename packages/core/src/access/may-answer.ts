import type { Effect, TenantSettings, Verb } from "@lilux/protocol";

export interface Question {
  /** The effective class of the call that waits. */
  effect: Effect;
  /** Who asked for it. */
  askedBy: string | undefined;
  /** Who made the key that asked for it, and who made the key that made it: it speaks for them. */
  makers?: ReadonlySet<string> | undefined;
}

export interface Answerer {
  person: string;
  verbs: ReadonlySet<Verb>;
}

export type MayAnswer = "yes" | "second-person" | "forbidden";

/**
 * Whether somebody's yes counts. Nobody approves their own where the tenant wants a second person, and
 * nobody else's where they may not approve. A no is another matter: it does no harm, so whoever may see
 * the question may give one.
 */
export function mayAnswer(
  { effect, askedBy, makers }: Question,
  { person, verbs }: Answerer,
  approvals: TenantSettings["approvals"] = {},
): MayAnswer {
  const isOwn = askedBy === undefined || askedBy === person || makers?.has(person) === true;
  if (!isOwn) return verbs.has("approve") ? "yes" : "forbidden";
  if (approvals[effect] === "second-person") return "second-person";
  return verbs.has("confirm") ? "yes" : "forbidden";
}
