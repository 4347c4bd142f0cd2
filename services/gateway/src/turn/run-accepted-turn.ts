import { formatTraceparent, type TraceContext, type TurnTold } from "@lilux/core";
import {
  ERRORS,
  LiluxError,
  type TurnEnd,
  type TurnEvent,
  type TurnRequest,
} from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { GatewayLimits } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { ShownPrediction } from "../predict/prediction-memory.ts";
import type { Session } from "../session/session.ts";
import type { InteractionJournal } from "./interaction-journal.ts";
import { limitResult } from "./limit-result.ts";
import { createAttempts } from "./run-attempts.ts";
import type { RunningTurn } from "./running-turn.ts";
import { createTextCoalescer } from "./text-coalescer.ts";
import { createTurnRecorder } from "./turn-recorder.ts";

export interface AcceptedTurn {
  request: TurnRequest;
  shown: ShownPrediction | undefined;
  /** `performance.now()` when the person's frame came. */
  receivedAt: number;
  trace: TraceContext;
}

export interface RunAcceptedTurnDeps {
  runTurn: RunTurn;
  journal: InteractionJournal;
  limits: GatewayLimits;
  metrics: GatewayMetrics;
  logger: Logger;
  now(): number;
}

/**
 * Starts a stored turn and sees to its end: whatever becomes of the
 * orchestrator, the session is told exactly one `turn-end`, unless the turn is
 * released to another gateway.
 */
export function runAcceptedTurn(
  session: Session,
  accepted: AcceptedTurn,
  deps: RunAcceptedTurnDeps,
): RunningTurn {
  const { limits, metrics } = deps;
  const { request, receivedAt, trace } = accepted;
  const { turnId } = request.turn;
  const abort = new AbortController();
  const recorder = createTurnRecorder(request.turn, accepted.shown);
  let isReleased = false;
  let runs = 1;
  let firstEventMs: number | undefined;
  let isCancelled = false;

  const coalescer = createTextCoalescer(limits.textCoalesceMs, (event) => {
    if (!isReleased) session.log.append(event);
  });

  function tell(given: TurnEvent): void {
    if (isReleased) return;
    const event = limitResult(given);
    if (firstEventMs === undefined) {
      firstEventMs = performance.now() - receivedAt;
      metrics.turnFirstEventSeconds.observe(firstEventMs / 1_000);
    }
    recorder.add(event);
    coalescer.add(event);
  }

  const attempts = createAttempts(
    {
      request,
      signal: abort.signal,
      traceparent: formatTraceparent(trace),
      runAgainWithinMs: limits.runAgainWithinMs,
    },
    {
      runTurn: deps.runTurn,
      tell,
      onRunAgain() {
        runs += 1;
        metrics.turnsRunAgain.inc();
      },
    },
  );

  const timers = [
    setTimeout(() => abort.abort(new LiluxError("deadline_exceeded")), limits.turnWithinMs),
  ];

  async function run(): Promise<void> {
    const error = await attempts.run();
    for (const timer of timers) clearTimeout(timer);
    session.turns.delete(turnId);
    if (isReleased) return;
    if (error !== undefined) tell(endFor(turnId, { error, isCancelled, told: attempts.told() }));
    finish();
  }

  function finish(): void {
    const interaction = recorder.interaction(deps.now());
    deps.journal.add(interaction, `${session.sessionId}:${turnId}:turn`);
    const path = recorder.path() ?? "none";
    const seconds = (performance.now() - receivedAt) / 1_000;
    metrics.turnsEnded.inc({ outcome: interaction.outcome, path });
    metrics.turnSeconds.observe(seconds);
    deps.logger.info(
      {
        tenant: session.tenant,
        sessionId: session.sessionId,
        turnId,
        traceId: trace.traceId,
        kind: request.turn.kind,
        path,
        outcome: interaction.outcome,
        calls: interaction.calls.length,
        predictionUsed: interaction.predictionUsed,
        speculated: Object.keys(request.speculated ?? {}).length,
        runs,
        firstEventMs: firstEventMs === undefined ? null : Math.round(firstEventMs),
        durationMs: Math.round(seconds * 1_000),
      },
      "turn",
    );
  }

  return {
    turnId,
    command(command) {
      attempts.command(command);
      if (command.type !== "cancel" || isCancelled) return;
      isCancelled = true;
      timers.push(
        setTimeout(() => abort.abort(new LiluxError("cancelled")), limits.cancelWithinMs),
      );
    },
    interrupt: (reason) => abort.abort(reason),
    release() {
      isReleased = true;
      abort.abort(new LiluxError("session_replaced"));
    },
    done: run(),
  };
}

interface Ending {
  error: LiluxError;
  isCancelled: boolean;
  told: TurnTold;
}

/** The end of a turn whose orchestrator gave none. What had run is listed. */
function endFor(turnId: string, { error, isCancelled, told }: Ending): TurnEnd {
  if (isCancelled || error.code === "cancelled") {
    return { type: "turn-end", turnId, outcome: "cancelled" };
  }
  const isStarted = told.path !== undefined;
  const isLoss = error.code === "orchestrator_unavailable" || error.code === "shutting_down";
  if (!isLoss) return { type: "turn-end", turnId, outcome: "failed", error: error.toBody() };
  if (!isStarted && error.code === "orchestrator_unavailable") {
    return { type: "turn-end", turnId, outcome: "failed", error: error.toBody() };
  }
  const calls = told.calls.map(({ callId, call, state }) => ({ callId, call, state }));
  const interrupted = new LiluxError("interrupted", {
    message: `${ERRORS.interrupted.sentence} (${error.message})`,
    details: { calls, cause: error.code },
  });
  return { type: "turn-end", turnId, outcome: "interrupted", error: interrupted.toBody() };
}
