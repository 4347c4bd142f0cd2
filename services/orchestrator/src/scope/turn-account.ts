import type { TurnPath, Usage, WrittenCall } from "@lilux/protocol";
import type { Spending } from "../model/language-model.ts";

/** What became of the router's answer to a turn. */
export type RouterOutcome =
  /** The caller sent the prediction along. */
  | "given"
  | "in_time"
  | "late_used"
  | "late_ignored"
  | "none"
  /** Nobody asked: a person chose the call. */
  | "not_asked";

/** What happened in one turn, gathered while it runs, for usage, metrics and the log line. */
export interface TurnAccount {
  path: TurnPath | undefined;
  router: RouterOutcome;
  /** Everything said to the person, for the history. */
  response: string;
  /** Calls that ran, as one line each. */
  calls: string[];
  callsFailed: number;
  confirms: number;
  /** Of those, how many with a yes. */
  confirmed: number;
  /** Time in which the turn waited for the person. */
  confirmMs: number;
  /** What came of the question which call is meant, where it was asked. */
  verified: "confirmed" | "repaired" | "rejected" | "unsure" | "late" | "unanswered" | undefined;
  rounds: number;
  /** Whether the answer may repeat what others than the person said. */
  heard: boolean;
  /** Calls of the caller's own tools, with which the turn ends. */
  callerCalls: readonly WrittenCall[];
  /** Of all requests of the turn, those that were left, lost or asked for a yes too. Undefined: nobody said. */
  promptTokens: number | undefined;
  cachedTokens: number | undefined;
  completionTokens: number | undefined;
  thoughtTokens: number | undefined;
  /** In millionths of the currency of the pools' prices. */
  cost: number | undefined;
  /** Who answered last, where several may. */
  answeredBy: string | undefined;
  /** Milliseconds since the turn's start. */
  firstTextMs: number | undefined;
  firstModelRequestMs: number | undefined;
}

export function newTurnAccount(): TurnAccount {
  return {
    path: undefined,
    router: "not_asked",
    response: "",
    calls: [],
    callsFailed: 0,
    confirms: 0,
    confirmed: 0,
    confirmMs: 0,
    verified: undefined,
    rounds: 0,
    heard: false,
    callerCalls: [],
    promptTokens: undefined,
    cachedTokens: undefined,
    completionTokens: undefined,
    thoughtTokens: undefined,
    cost: undefined,
    answeredBy: undefined,
    firstTextMs: undefined,
    firstModelRequestMs: undefined,
  };
}

export function addSpending(account: TurnAccount, spending: Spending): void {
  account.promptTokens = sum(account.promptTokens, spending.promptTokens);
  account.cachedTokens = sum(account.cachedTokens, spending.cachedTokens);
  account.completionTokens = sum(account.completionTokens, spending.completionTokens);
  account.thoughtTokens = sum(account.thoughtTokens, spending.thoughtTokens);
  account.cost = sum(account.cost, spending.cost);
}

/** Of what was told: nothing told is unknown, not none. */
function sum(before: number | undefined, more: number | undefined): number | undefined {
  return more === undefined ? before : (before ?? 0) + more;
}

export function usageOf(account: TurnAccount, model: string, durationMs: number): Usage {
  const { promptTokens, completionTokens, thoughtTokens, cost, answeredBy } = account;
  const { router, verified } = account;
  return {
    model: answeredBy ?? model,
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(completionTokens === undefined ? {} : { completionTokens }),
    ...(thoughtTokens === undefined || thoughtTokens === 0 ? {} : { thoughtTokens }),
    ...(cost === undefined ? {} : { cost: cost / 1_000_000 }),
    calls: account.calls.length,
    durationMs: Math.round(durationMs * 1_000) / 1_000,
    ...(router === "given" || router === "not_asked" ? {} : { router }),
    ...(verified === undefined ? {} : { verified }),
  };
}
