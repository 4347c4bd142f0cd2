import { parseTraceparent } from "@lilux/core/telemetry";
import type { TurnEnd } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { OrchestratorMetrics } from "../metrics.ts";
import type { TurnScope } from "../scope/turn-scope.ts";

export interface MeasureDeps {
  metrics: OrchestratorMetrics;
  logger: Logger;
  modelName: string;
}

/** Counts an ended turn and writes its one line. */
export function measureTurn(deps: MeasureDeps, scope: TurnScope, end: TurnEnd): void {
  const { metrics } = deps;
  const { account } = scope;
  const path = account.path ?? "none";
  metrics.turns.inc({ path, outcome: end.outcome });
  const traceId = parseTraceparent(scope.traceparent)?.traceId;
  metrics.turnDuration.observe((end.usage?.durationMs ?? 0) / 1_000, {
    labels: { path },
    traceId,
  });
  metrics.router.inc({ outcome: account.router });
  if (account.firstTextMs !== undefined) {
    metrics.firstToken.observe({ path }, account.firstTextMs / 1_000);
  }
  if (account.firstModelRequestMs !== undefined) {
    metrics.overhead.observe({ path }, account.firstModelRequestMs / 1_000);
  }
  writeLine(deps, scope, end);
}

function writeLine({ logger, modelName }: MeasureDeps, scope: TurnScope, end: TurnEnd): void {
  const { account, turn, request, traceparent } = scope;
  const line = {
    traceId: parseTraceparent(traceparent)?.traceId,
    tenant: turn.tenant,
    sessionId: turn.sessionId,
    turnId: turn.turnId,
    sequence: request.sequence,
    kind: turn.kind,
    path: account.path,
    outcome: end.outcome,
    errorCode: end.error?.code,
    router: account.router,
    model: account.answeredBy ?? modelName,
    verified: account.verified,
    rounds: account.rounds,
    calls: account.calls.length,
    callsFailed: account.callsFailed,
    confirms: account.confirms,
    promptTokens: account.promptTokens,
    cachedTokens: account.cachedTokens,
    completionTokens: account.completionTokens,
    thoughtTokens: account.thoughtTokens,
    firstModelRequestMs: account.firstModelRequestMs,
    firstTextMs: account.firstTextMs,
    durationMs: end.usage?.durationMs,
    pii: { text: turn.text, calls: account.calls },
  };
  if (end.outcome === "failed") logger.warn(line, "turn ended");
  else logger.info(line, "turn ended");
}
