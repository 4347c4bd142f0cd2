import type { Call, CallActor, Effect } from "@lilux/protocol";
import { effectOfCall } from "../calls/index.ts";

/** What makes a call a person's to decide, beside its class. */
export type AskReason =
  | "destructive"
  /** An update that lowers a class, widens grants, or changes what the item runs. */
  | "weakens"
  /** What is to run was written or pulled by somebody who is no person, and no person ran it yet. */
  | "first_run"
  /** Another namespace's item would become one of the library's. */
  | "foreign_pull"
  /** So many updates of one item in an hour that its history is at stake. */
  | "many_updates"
  /** Its arguments, or that it is made at all, come from text nobody vouches for. */
  | "tainted"
  /** Its tenant wants somebody else's yes to every call of its class. */
  | "second_person";

export interface ProposedCall {
  call: Call;
  /** The effective class of the item it runs; undefined when nobody knows the item. */
  itemEffect: Effect | undefined;
  /** Who proposes it. */
  by: CallActor;
  /** Whether its arguments or existence derive from items, results, hits or the registry. */
  isTainted: boolean;
  /** What the tool core found out about it. */
  circumstances?: ReadonlySet<Circumstance>;
  /** Classes of which the tenant wants somebody else's yes. */
  secondPerson?: readonly Effect[] | undefined;
}

export type Circumstance = Exclude<AskReason, "destructive" | "tainted">;

export interface Verdict {
  /** Of the call, with its circumstances. */
  effect: Effect;
  mayRun: boolean;
  /** Why a person is asked; empty when nobody is. */
  reasons: AskReason[];
}

/**
 * The one policy: whether a call may run without a person's yes to exactly this
 * call and this content. The tool core decides with it whoever asks; the
 * orchestrator may use it to know beforehand. What a person does by themselves
 * asks only for what may not be undone; what anybody else proposes asks for
 * more. Nothing that is added to a proposal makes it ask less. Pure.
 */
export function mayRunWithoutAsking(proposed: ProposedCall): Verdict {
  const { call, itemEffect, by, isTainted, circumstances = new Set(), secondPerson } = proposed;
  const weakens = circumstances.has("weakens");
  const effect = weakens ? "destructive" : effectOfCall(call, itemEffect);
  const isPerson = by === "person";
  const reasons: AskReason[] = [];
  if (effect === "destructive") reasons.push(weakens ? "weakens" : "destructive");
  if (circumstances.has("first_run")) reasons.push("first_run");
  if (!isPerson && circumstances.has("foreign_pull")) reasons.push("foreign_pull");
  if (!isPerson && circumstances.has("many_updates")) reasons.push("many_updates");
  if (!isPerson && isTainted && effect !== "read") reasons.push("tainted");
  if (reasons.length === 0 && secondPerson?.includes(effect)) reasons.push("second_person");
  return { effect, mayRun: reasons.length === 0, reasons };
}
