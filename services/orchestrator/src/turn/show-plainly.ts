import { loggedError } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { renderOutcome } from "../model/built-in/render-outcome.ts";
import type { CallOutcome } from "../model/language-model.ts";
import type { TurnWork } from "./make-call.ts";

const EXPLANATION_BROKE_OFF = "(The explanation broke off. This is what the call returned:)";

/**
 * What ran has run: when the model cannot say anything about it, or not all, its
 * result is shown in its plain form. The turn goes on without the model; a fault
 * of ours is logged all the same.
 */
export async function showPlainly(
  { deps: { logger, metrics }, scope }: TurnWork,
  { outcome, error, saidSome }: { outcome: CallOutcome; error: unknown; saidSome: boolean },
): Promise<void> {
  if (scope.signal.aborted) throw LiluxError.from(scope.signal.reason);
  const fields = { turnId: scope.turn.turnId };
  loggedError(error, { logger, message: "language model failed", fields });
  metrics.explanationsFellBack.inc();
  await scope.breakText();
  if (saidSome) await scope.say(`${EXPLANATION_BROKE_OFF}\n\n`);
  await scope.say(renderOutcome(outcome));
}
