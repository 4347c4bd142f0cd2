import { parseTraceparent } from "@lilux/core/telemetry";
import type { TurnEnd } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { TurnScope } from "./turn-scope.ts";

export interface RecordDeps {
  metrics: OrchestratorMetrics;
  logger: Logger;
  modelName: string;
}

/** Counts an ended turn and writes its one line. */
export function recordTurn(deps: RecordDeps, scope: TurnScope, end: TurnEnd): void {
  const { metrics } = deps;
  const { facts } = scope;
  const path = facts.path ?? "none";
  metrics.turns.inc({ path, outcome: end.outcome });
  metrics.turnDuration.observe({ path }, (end.usage?.durationMs ?? 0) / 1_000);
  metrics.router.inc({ outcome: facts.router });
  if (facts.firstTextMs !== undefined) {
    metrics.firstToken.observe({ path }, facts.firstTextMs / 1_000);
  }
  if (facts.firstModelRequestMs !== undefined) {
    metrics.overhead.observe({ path }, facts.firstModelRequestMs / 1_000);
  }
  writeLine(deps, scope, end);
}

function writeLine({ logger, modelName }: RecordDeps, scope: TurnScope, end: TurnEnd): void {
  const { facts, turn, request, traceparent } = scope;
  const line = {
    traceId: parseTraceparent(traceparent)?.traceId,
    tenant: turn.tenant,
    sessionId: turn.sessionId,
    turnId: turn.turnId,
    sequence: request.sequence,
    kind: turn.kind,
    path: facts.path,
    outcome: end.outcome,
    errorCode: end.error?.code,
    router: facts.router,
    model: modelName,
    rounds: facts.rounds,
    calls: facts.calls.length,
    callsFailed: facts.callsFailed,
    confirms: facts.confirms,
    promptTokens: facts.promptTokens,
    completionTokens: facts.completionTokens,
    firstModelRequestMs: facts.firstModelRequestMs,
    firstTextMs: facts.firstTextMs,
    durationMs: end.usage?.durationMs,
    pii: { text: turn.text, calls: facts.calls },
  };
  if (end.outcome === "failed") logger.warn(line, "turn ended");
  else logger.info(line, "turn ended");
}
