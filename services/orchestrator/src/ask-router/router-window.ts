import { type ReplicaGroup, subjects } from "@lilux/bus";
import { type Log, loggedError } from "@lilux/core/telemetry";
import { boundLine } from "@lilux/core/text";
import { createParser, Prediction, type PredictRequest } from "@lilux/protocol";
import type { TurnScope } from "../scope/turn-scope.ts";

/** The router's answer to a turn, which may come in time, late, or never. */
export interface RouterWindow {
  /** The newest answer; undefined while there is none. */
  current(): Prediction | undefined;
  /** Calls back once when the answer comes after the window; at once when it already has. */
  onLate(listener: (prediction: Prediction) => void): void;
  /** Stops waiting for a late answer. */
  close(): void;
}

/** How long a turn waits for the router before it starts without it. */
const ROUTER_WINDOW_MS = 100;
/** A router that takes half of the window may be frozen, so another one is asked too. */
const HEDGE_AFTER_MS = ROUTER_WINDOW_MS / 2;
/** How long a late answer may still be of use. */
const LATE_DEADLINE_MS = 10_000;
const HISTORY_LINES_MAX = 10;

const prediction = createParser(Prediction, "prediction", "router_unavailable");

export interface RouterQuestion {
  routers: ReplicaGroup;
  /** The person's earlier lines, oldest first. */
  history: readonly string[];
  logger: Log;
}

/** Asks the router for exactly the committed text, and waits for at most the window. */
export async function openRouterWindow(
  { routers, history, logger }: RouterQuestion,
  scope: TurnScope,
): Promise<RouterWindow> {
  const closed = new AbortController();
  const signal = AbortSignal.any([scope.signal, closed.signal]);
  let answer: Prediction | undefined;
  let listener: ((late: Prediction) => void) | undefined;

  const asked = ask({ routers, history, logger }, scope, signal).then((found) => {
    answer = found;
    if (found !== undefined) listener?.(found);
  });
  const waited = new AbortController();
  await Promise.race([
    asked,
    scope.clock.sleep(ROUTER_WINDOW_MS, AbortSignal.any([signal, waited.signal])),
  ]);
  waited.abort();
  scope.account.router = answer === undefined ? "none" : "in_time";
  const inTime = answer !== undefined;

  return {
    current: () => answer,
    onLate(given) {
      if (inTime) return;
      listener = given;
      if (answer !== undefined) given(answer);
    },
    close() {
      listener = undefined;
      closed.abort();
    },
  };
}

/** A window for an answer that is already there, or that nobody asks for. */
export function settledWindow(given: Prediction | undefined): RouterWindow {
  return { current: () => given, onLate: () => {}, close: () => {} };
}

/** A router that fails is one that does not answer: turns go on without it. */
async function ask(
  { routers, history, logger }: RouterQuestion,
  scope: TurnScope,
  signal: AbortSignal,
): Promise<Prediction | undefined> {
  const { tenant, sessionId, text, person } = scope.turn;
  // What the router reads of them, and no more.
  const lines = history.slice(-HISTORY_LINES_MAX).map(boundLine);
  const within = { withinMs: LATE_DEADLINE_MS };
  const line = { tenant, sessionId, seq: 0, text: boundLine(text), history: lines, ...within };
  const request: PredictRequest = person === undefined ? line : { ...line, person };
  const options = { deadlineMs: LATE_DEADLINE_MS, signal, traceparent: scope.traceparent };
  try {
    const answer = await routers.request({
      of: tenant,
      subjectOf: (replica) =>
        replica === undefined
          ? subjects.keystroke(tenant, sessionId)
          : subjects.keystrokeTo(replica, tenant, sessionId),
      body: request,
      options,
      hedgeAfterMs: HEDGE_AFTER_MS,
    });
    return prediction.parse(answer);
  } catch (error) {
    const fields = { turnId: scope.turn.turnId };
    loggedError(error, { logger, message: "router could not be asked", fields });
    return undefined;
  }
}
