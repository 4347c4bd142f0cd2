import type { Interaction, TurnKind } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { GatewayMetrics } from "../metrics.ts";
import { bandOf, judgeLeader } from "./judge-leader.ts";

export interface MeasuredTurn {
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

/**
 * What confidence promised beside what came of it, so that drift shows. Only
 * turns count in which somebody else decided: on the fast path after Enter the
 * leader runs because it leads, which says nothing about it.
 */
function countLeader(interaction: MeasuredTurn["interaction"], metrics: GatewayMetrics): void {
  const judged = judgeLeader(interaction);
  if (judged === undefined) return;
  const band = bandOf(judged.confidence);
  metrics.leadersJudged.inc({ band, right: String(judged.right) });
  metrics.leadersConfidence.inc({ band }, judged.confidence);
}

/** Counts a turn that has ended, and writes its one line. Nothing that was typed is in it. */
export function measureTurn(
  measured: MeasuredTurn,
  { metrics, logger }: { metrics: GatewayMetrics; logger: Logger },
): void {
  const { interaction, kind, traceId, speculated, runs, firstEventMs, durationMs } = measured;
  const { tenant, sessionId, turnId, outcome, predictionUsed } = interaction;
  const path = interaction.path ?? "none";
  metrics.turnsEnded.inc({ outcome, path });
  metrics.countTenantTurn(tenant, outcome);
  metrics.turnSeconds.observe(durationMs / 1_000, { traceId });
  countLeader(interaction, metrics);
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
