import { LiluxError } from "@lilux/protocol";
import type { ModelRequest } from "../language-model.ts";
import { type OpenAttempt, openAttempt } from "./open-attempt.ts";
import type { OpenMessage } from "./open-message.ts";
import type { Pool } from "./pool.ts";
import { noteFailure, type TurnState, within } from "./turn-state.ts";

export interface Asking {
  pool: Pool;
  /** Who may be asked after it, in order; who is asked beside it is left no more. */
  left: Set<Pool>;
  request: ModelRequest;
  message: OpenMessage;
  signal: AbortSignal;
}

/**
 * Asks a pool, and while it is silent the next one too, where the budget allows:
 * whoever speaks first answers, and the other one is left. What comes back has
 * spoken, or is the last one that may.
 */
export async function firstToSpeak(
  state: TurnState,
  { pool, left, ...asking }: Asking,
): Promise<OpenAttempt> {
  const { request, signal } = asking;
  const open = (asked: Pool, shares: number): OpenAttempt =>
    openAttempt(state, { ...asking, pool: asked, request: within(state, request, shares) });
  const one = open(pool, left.size + 1);
  const other = [...left].find((each) => each.isClosed() && each.restMs() === 0);
  // An explanation is not worth two requests: there is a plain form of it.
  if (other === undefined || request.explains === true) return one;
  if (!(await isSilent(state, one, signal)) || !state.deps.hedges.withdraw()) return one;
  const two = open(other, left.size);
  left.delete(other);
  return chosen(state, { one, two });
}

/** Whether nothing came of it for longer than its pool usually takes. */
async function isSilent(
  { deps: { clock } }: TurnState,
  { pool, first }: OpenAttempt,
  signal: AbortSignal,
): Promise<boolean> {
  const came = new AbortController();
  const settled = first.then(() => came.abort());
  await Promise.race([
    settled,
    clock.sleep(pool.hedgeAfterMs(), AbortSignal.any([signal, came.signal])),
  ]);
  return !came.signal.aborted && !signal.aborted;
}

async function chosen(
  state: TurnState,
  { one, two }: { one: OpenAttempt; two: OpenAttempt },
): Promise<OpenAttempt> {
  const settled = async (attempt: OpenAttempt) => ({ attempt, first: await attempt.first });
  const { attempt, first } = await Promise.race([settled(one), settled(two)]);
  const other = attempt === one ? two : one;
  const { onHedge } = state.deps;
  if (first.state === "failed") {
    const { pool, isBrief } = attempt;
    noteFailure(state, pool, { failure: LiluxError.from(first.error), isBrief });
    onHedge("failed");
    return other;
  }
  other.leave();
  onHedge(attempt === two ? "won" : "lost");
  // It may only be slow; or it hangs, and then nobody else is to wait for it.
  if (attempt === two) other.pool.suspect();
  return attempt;
}
