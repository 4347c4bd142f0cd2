import { untilAborted } from "@lilux/core/async";
import { LiluxError, type TurnEvent } from "@lilux/protocol";

/**
 * Reads one attempt of a turn. Resolves with undefined after its `turn-end`,
 * else with why there was none. Ends with the signal even when the
 * orchestrator hangs. Never rejects.
 */
export async function readTurn(
  begin: () => AsyncIterable<TurnEvent>,
  signal: AbortSignal,
  take: (event: TurnEvent) => void,
): Promise<LiluxError | undefined> {
  let iterator: AsyncIterator<TurnEvent> | undefined;
  try {
    iterator = begin()[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await untilAborted(iterator.next(), signal);
      if (done) return new LiluxError("orchestrator_unavailable");
      take(value);
      if (value.type === "turn-end") return undefined;
    }
  } catch (thrown) {
    return LiluxError.from(thrown);
  } finally {
    // Not awaited: an orchestrator that hangs must not keep the turn from ending.
    iterator?.return?.().catch(() => undefined);
  }
}
