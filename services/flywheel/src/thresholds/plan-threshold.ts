import type { DecideThreshold, StoredThreshold } from "@lilux/database";
import { LiluxError, type ThresholdFit } from "@lilux/protocol";

interface Change {
  at: number;
  by: string;
}

/** A fit counts where the tenant has it so; elsewhere it is written down and changes nothing. */
export function planFit(
  { at, by }: Change,
  { fit, live }: { fit: ThresholdFit; live: string | undefined },
  switchTo?: "on",
): DecideThreshold {
  return ([now]) => {
    const mode = switchTo ?? now?.mode ?? "off";
    const counts =
      mode === "on"
        ? { act: fit.act, model: live ?? null }
        : { act: now?.act ?? null, model: now?.model ?? null };
    return { at, by, mode, fit, ...counts };
  };
}

/** Back to the gateway's own bar. */
export function planOff({ at, by }: Change): DecideThreshold {
  return ([now]) => ({ at, by, mode: "off", act: null, model: null, fit: now?.fit ?? null });
}

/** Back to what counted before, and held there: the next night's fit would undo it. */
export function planRollbackOfThreshold({ at, by }: Change): DecideThreshold {
  return (before) => {
    const [now] = before;
    const last = before.find((one) => actOf(one) !== actOf(now));
    if (now === undefined || (last === undefined && actOf(now) === null)) {
      throw new LiluxError("invalid_request", {
        message:
          "The gateway's own bar counts, and no other did before: there is nothing to roll back.",
        details: { field: "thresholds" },
      });
    }
    const { act, model } = { act: actOf(last), model: last?.model ?? null };
    return { at, by, mode: "held", act, model, fit: now.fit };
  };
}

/** What counts after a change. */
export function actOf(change: StoredThreshold | undefined): number | null {
  return change === undefined || change.mode === "off" ? null : change.act;
}
