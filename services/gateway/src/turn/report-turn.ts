import type { Interaction, TurnKind } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { GatewayMetrics } from "../metrics.ts";

export interface TurnReport {
  interaction: Extract<Interaction, { type: "turn" }>;
  kind: TurnKind;
  traceId: string;
  /** Results that were read ahead and passed on. */
  speculated: number;
  /** How often the orchestrator was asked. */
  runs: number;
  firstEventMs: number | undefined;
  durationMs: number;
}

/** Counts a turn that has ended, and writes its one line. Nothing that was typed is in it. */
export function reportTurn(
  report: TurnReport,
  { metrics, logger }: { metrics: GatewayMetrics; logger: Logger },
): void {
  const { interaction, kind, traceId, speculated, runs, firstEventMs, durationMs } = report;
  const { tenant, sessionId, turnId, outcome, predictionUsed } = interaction;
  const path = interaction.path ?? "none";
  metrics.turnsEnded.inc({ outcome, path });
  metrics.turnSeconds.observe(durationMs / 1_000);
  logger.info(
    {
      tenant,
      sessionId,
      turnId,
      traceId,
      kind,
      path,
      outcome,
      calls: interaction.calls.length,
      predictionUsed,
      speculated,
      runs,
      firstEventMs: firstEventMs === undefined ? null : Math.round(firstEventMs),
      durationMs: Math.round(durationMs),
    },
    "turn",
  );
}
