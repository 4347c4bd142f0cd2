import { finishWithin, SYSTEM_CLOCK } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { Sessions } from "../session/sessions.ts";
import type { FrameWriter } from "../socket/frame-writer.ts";
import { spreadCloses } from "./spread-closes.ts";

/** Idle connections are closed over so long at most; a stop has ten seconds. */
const SPREAD_MS = 8_000;
/** What is kept of the deadline for telling the ends and storing them. */
const TELL_MS = 1_000;
const FLUSH_MS = 500;

/**
 * Ends every connection in an orderly way. Those without a running turn are
 * closed one after the other, so that their clients do not all come back in one
 * instant; the others are told and kept until their turns end, which at the
 * deadline end as `interrupted`.
 */
export async function drainConnections(
  { sessions, connections }: { sessions: Sessions; connections: Set<FrameWriter> },
  deadlineAt: number,
): Promise<void> {
  const error = new LiluxError("shutting_down");
  const busy = sessions.all().filter(({ turns }) => turns.size > 0);
  const kept = new Set(busy.map(({ connection }) => connection?.send));
  const idle = [...connections].filter(({ send }) => !kept.has(send));
  for (const writer of connections) {
    if (kept.has(writer.send)) writer.send({ type: "error", ...error.toBody() });
  }
  const spread = spreadCloses(
    idle.map((writer) => () => writer.fail(error)),
    Math.min(SPREAD_MS, deadlineAt - Date.now() - TELL_MS),
    SYSTEM_CLOCK,
  );
  const running = busy.flatMap(({ turns }) => [...turns.values()]);
  const ended = Promise.all(running.map(({ done }) => done));
  await finishWithin(ended, deadlineAt - Date.now() - TELL_MS);
  for (const turn of running) turn.interrupt(error);
  await ended;
  await Promise.all([spread, ...busy.map(({ log }) => log.flush(FLUSH_MS))]);
  for (const writer of connections) writer.close("shutting_down");
}
