import { LiluxError } from "@lilux/protocol";
import type { ModelEvent, ModelRequest } from "../language-model.ts";
import { isOfServer, mayPass } from "./failure-kinds.ts";
import { firstToSpeak } from "./first-to-speak.ts";
import type { OpenMessage } from "./open-message.ts";
import type { Pool } from "./pool.ts";
import { type Asked, tellPiece } from "./tell-piece.ts";
import { askable, inOrderFor, type TurnState } from "./turn-state.ts";

/** How long a turn waits for the first examination of a server. */
const EXAMINED_MS = 3_000;
const RETRY_WAIT_MS = 150;
/** A server that asks to be left alone for longer is not waited for. */
const REST_MS_MAX = 5_000;

/** The first pool that says anything says all it can. */
export async function* askInOrder(
  state: TurnState,
  {
    request,
    message,
    signal,
  }: { request: ModelRequest; message: OpenMessage; signal: AbortSignal },
): AsyncGenerator<ModelEvent, Asked> {
  const inOrder = inOrderFor(request.explains === true, askable(state));
  const others = inOrder.filter((pool) => !message.lostBy.has(pool));
  const pools = [...others, ...inOrder.filter((pool) => message.lostBy.has(pool))];
  const left = new Set(pools);
  const isExplaining = request.explains === true;
  state.deps.hedges.deposit();
  let error: LiluxError | undefined;
  for (const pool of left) {
    left.delete(pool);
    for (
      let tries = 0;
      await isReady(state, { pool, rest: [...left], isExplaining, signal });
      tries += 1
    ) {
      const attempt = await firstToSpeak(state, {
        pool,
        left,
        request,
        message,
        signal,
      });
      const asked = yield* tellPiece(state, attempt, { message, signal });
      if (asked.failure === undefined || asked.said !== "") return asked;
      error = asked.failure.error;
      if (!mayPass(error) && !isOfServer(error)) throw error;
      // Who was asked beside the first one had its turn, and the first one too.
      if (attempt.pool !== pool || isExplaining) break;
      if (!isWorthAnother(state, { pool, rest: [...left], failure: error, tries })) break;
      await state.deps.clock.sleep(RETRY_WAIT_MS * (0.5 + Math.random()), signal);
    }
  }
  error ??= new LiluxError("llm_unavailable");
  return { failure: { error, first: message.lost ?? error }, said: "" };
}

interface Turn {
  pool: Pool;
  /** Who may be asked after it. */
  rest: readonly Pool[];
  isExplaining: boolean;
  signal: AbortSignal;
}

/** Waits until a pool may be asked, within the turn's time; false when it is not to be asked. */
async function isReady(
  state: TurnState,
  { pool, rest, isExplaining, signal }: Turn,
): Promise<boolean> {
  const { clock, deps } = state;
  await examined(state, pool, { shares: rest.length + 1, signal });
  const restMs = pool.restMs();
  const isLast = rest.every((other) => other.restMs() > 0);
  // An explanation waits for nobody: whoever is busy has more urgent work.
  if (restMs > 0 && isLast && !isExplaining && restMs <= REST_MS_MAX && restMs < clock.leftMs()) {
    await deps.clock.sleep(restMs, signal);
  }
  if (signal.aborted) throw LiluxError.from(signal.reason);
  return pool.isClosed() && pool.restMs() === 0 && clock.leftMs() > 0;
}

/** At most half of a pool's share of the turn's time: the rest is for its answer. */
export async function examined(
  { clock }: TurnState,
  pool: Pool,
  { shares = 1, signal }: { shares?: number; signal: AbortSignal },
): Promise<void> {
  clock.begin();
  await pool.examined(Math.min(EXAMINED_MS, clock.leftMs() / shares / 2), signal);
}

/** The same pool once more: when there is no other, it was not slow, and the budget allows it. */
function isWorthAnother(
  state: TurnState,
  {
    pool,
    rest,
    failure,
    tries,
  }: Pick<Turn, "pool" | "rest"> & { failure: LiluxError; tries: number },
): boolean {
  if (tries > 0 || rest.length > 0 || !mayPass(failure)) return false;
  if (state.silent.has(pool) || !pool.isClosed() || pool.restMs() > REST_MS_MAX) return false;
  return pool.retries.withdraw();
}
