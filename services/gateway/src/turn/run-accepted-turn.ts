import { loggedError, type Span, type Spans } from "@lilux/core/telemetry";
import { LiluxError, type TurnRequest } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { Approvals } from "../approvals/approvals.ts";
import type { GatewayLimits } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { ShownPrediction } from "../session/prediction-memory.ts";
import type { RunningTurn } from "../session/running-turn.ts";
import type { Session } from "../session/session.ts";
import { endWithout } from "./end-without-orchestrator.ts";
import type { InteractionJournal } from "./interaction-journal.ts";
import { journalEnd } from "./journal-end.ts";
import { measureTurn } from "./measure-turn.ts";
import { createOpenQuestions } from "./open-questions.ts";
import { createAttempts } from "./run-attempts.ts";
import { createTurnAccount } from "./turn-account.ts";
import { createTurnApprovals } from "./turn-approvals.ts";
import type { TurnNews } from "./turn-news.ts";
import { createTurnTelling } from "./turn-telling.ts";

export interface AcceptedTurn {
  request: TurnRequest;
  shown: ShownPrediction | undefined;
  /** `performance.now()` when the person's frame came. */
  receivedAt: number;
  /** The whole turn; ended here. */
  span: Span;
}

export interface RunAcceptedTurnDeps {
  runTurn: RunTurn;
  journal: InteractionJournal;
  news: Pick<TurnNews, "tell" | "isHeard">;
  limits: GatewayLimits;
  metrics: GatewayMetrics;
  logger: Logger;
  spans: Spans;
  now(): number;
  /** Where a tenant can want a second person's yes. */
  approvals: Approvals | undefined;
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
  const { request, receivedAt, span } = accepted;
  const { turnId } = request.turn;
  const abort = new AbortController();
  const account = createTurnAccount(request.turn, accepted.shown, request.thresholds);
  let runs = 1;
  let isCancelled = false;

  const telling = createTurnTelling(session, { account, receivedAt, metrics, limits });
  const questions = createOpenQuestions();
  const approvals = createTurnApprovals(session, {
    approvals: deps.approvals,
    questions,
    command: (command) => running.command(command),
  });
  const attempts = createAttempts(
    {
      request,
      signal: abort.signal,
      traceparent: span.traceparent,
      mandate: session.caller,
      runAgainWithinMs: limits.runAgainWithinMs,
    },
    {
      runTurn: deps.runTurn,
      tell(event) {
        questions.take(event);
        approvals.take(event);
        telling.tell(event);
      },
      onRunAgain() {
        runs += 1;
        metrics.turnsRunAgain.inc();
      },
    },
  );

  deps.news.tell(request.turn, "running");
  const timers = [
    setTimeout(() => abort.abort(new LiluxError("deadline_exceeded")), limits.turnWithinMs),
  ];

  async function run(): Promise<void> {
    const error = await attempts.run();
    for (const timer of timers) clearTimeout(timer);
    session.turns.delete(turnId);
    approvals.end();
    if (telling.isReleased()) return span.end();
    if (error !== undefined) {
      loggedError(error, { logger: deps.logger, message: "turn failed", fields: { turnId } });
      telling.tell(endWithout(turnId, { error, isCancelled, told: attempts.told() }));
    }
    const { kind } = request.turn;
    const interaction = account.interaction(deps.now());
    const speculated = Object.keys(request.speculated ?? {}).length;
    const durationMs = performance.now() - receivedAt;
    const { traceId } = span.trace;
    const firstEventMs = telling.firstEventMs();
    span.set({
      "lilux.turn.path": interaction.path ?? "none",
      "lilux.turn.outcome": interaction.outcome,
    });
    span.end(error);
    measureTurn({ interaction, kind, traceId, speculated, runs, firstEventMs, durationMs }, deps);
    await journalEnd(session, { record: request.turn, interaction }, deps);
  }

  const running: RunningTurn = {
    turnId,
    person: request.turn.person,
    questions: questions.all,
    approvalOf: approvals.of,
    command(command) {
      account.note(command);
      attempts.command(command);
      if (command.type === "confirm") {
        questions.answered(command.callId);
        approvals.answered(command);
      }
      if (command.type !== "cancel" || isCancelled) return;
      isCancelled = true;
      // Nobody is there to end it in an orderly way.
      if (!attempts.isRunning()) abort.abort(new LiluxError("cancelled"));
      timers.push(
        setTimeout(() => abort.abort(new LiluxError("cancelled")), limits.cancelWithinMs),
      );
    },
    interrupt: (reason) => abort.abort(reason),
    release() {
      telling.release();
      abort.abort(new LiluxError("session_replaced"));
    },
    done: run(),
  };
  return running;
}
