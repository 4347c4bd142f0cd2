import { type CallProgress, PROGRESS_CHARACTERS_MAX } from "@lilux/protocol";
import type { TurnScope } from "../scope/turn-scope.ts";

/** Tells the person what a running call says of itself: the newest line, now and then. */
export interface ProgressTelling {
  push(line: string): void;
  /** Nothing is told after it resolves. */
  stop(): Promise<void>;
}

/** At most two lines a second reach the person; those between are in the result's logs. */
const TELL_EVERY_MS = 500;

export function createProgressTelling(
  { turn, clock, emit }: Pick<TurnScope, "turn" | "clock" | "emit">,
  callId: string,
): ProgressTelling {
  const stopping = new AbortController();
  let newest: CallProgress | undefined;
  let lines = 0;
  let telling: Promise<void> | undefined;

  /** One event is under way at a time, so a reader who is behind gets the newest line next. */
  async function tell(): Promise<void> {
    for (let event = newest; event !== undefined && !stopping.signal.aborted; event = newest) {
      newest = undefined;
      await emit(event);
      await clock.sleep(TELL_EVERY_MS, stopping.signal);
    }
    telling = undefined;
  }

  return {
    push(line) {
      lines += 1;
      const text = shorten(line);
      newest = { type: "call-progress", turnId: turn.turnId, callId, text, lines };
      telling ??= tell();
    },
    async stop() {
      stopping.abort();
      await telling;
    },
  };
}

function shorten(line: string): string {
  const text =
    line.length <= PROGRESS_CHARACTERS_MAX
      ? line
      : `${line.slice(0, PROGRESS_CHARACTERS_MAX - 1)}…`;
  // A cut may have gone through the middle of a character.
  return text.toWellFormed();
}
