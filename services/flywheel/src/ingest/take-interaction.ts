import { isOfSubject, type StreamMessage } from "@lilux/bus";
import type { FlywheelStore } from "@lilux/database";
import { createParser, Interaction, LiluxError, type OfTenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { FlywheelMetrics } from "../metrics.ts";
import { turnToKeep } from "../redact/turn-to-keep.ts";
import type { Consents } from "./consents.ts";

export interface TakeInteractionDeps {
  store: Pick<FlywheelStore, "addTurn" | "addRating">;
  consents: Pick<Consents, "of">;
  metrics: Pick<FlywheelMetrics, "taken">;
  logger: Logger;
}

const parser = createParser(Interaction, "an interaction", "internal");

/**
 * Takes one message of INTERACTIONS: redacts before anything is written, and keeps it once. Rejects
 * while the database is away, so that the stream hands it out again; what will never fit is left out
 * and counted.
 */
export async function takeInteraction(
  { body, sequence, subject }: StreamMessage,
  deps: TakeInteractionDeps,
): Promise<void> {
  const { metrics, logger } = deps;
  // The stream holds decisions of the tool core as well.
  if (subject.endsWith(".audit")) return;
  if (!parser.is(body) || !isOfSubject(body, subject)) {
    metrics.taken("unreadable");
    logger.warn({ sequence }, "interaction of another form left out");
    return;
  }
  metrics.taken(await keep(body, sequence, deps));
}

type Outcome = "kept" | "known" | "without_consent" | "unfit";

async function keep(
  interaction: OfTenant<Interaction>,
  sequence: number,
  { store, consents, logger }: TakeInteractionDeps,
): Promise<Outcome> {
  const consent = await consents.of(interaction.tenant);
  if (interaction.type === "feedback") {
    const isAgreed = consent.level !== "none" && interaction.consent !== "none";
    if (!isAgreed || interaction.at < consent.since) return "without_consent";
    const { tenant, sessionId, turnId, rating, at } = interaction;
    await store.addRating({ tenant, sessionId, turnId, rating, at });
    return "kept";
  }
  try {
    const turn = turnToKeep(interaction, consent);
    if (turn === undefined) return "without_consent";
    const outcome = await store.addTurn(turn);
    return outcome === "refused" ? "without_consent" : outcome;
  } catch (thrown) {
    const error = LiluxError.from(thrown);
    // A call that is none any more once it is redacted; asking again changes nothing.
    if (error.code !== "internal") throw error;
    logger.warn({ sequence, err: error }, "interaction could not be kept");
    return "unfit";
  }
}
