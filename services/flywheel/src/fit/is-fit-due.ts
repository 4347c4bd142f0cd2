import type { TrainingRun } from "@lilux/protocol";

const WEEK_MS = 7 * 24 * 3_600_000;
/** So much more has to be there than at the last fit, or a week has to have passed with anything new. */
const GROWN_BY = 1.25;

/** Whether there is enough that is new since the tenant's last fit. Runs: the one told of last first. */
export function isFitDue(
  runs: readonly TrainingRun[],
  { turns, now }: { turns: number; now: number },
): boolean {
  const last = runs.find(({ run, kind, state }) => {
    return kind === "router" && run.startsWith("fit-") && state === "finished";
  });
  if (last === undefined) return turns > 0;
  const before = Number(last.settings["turns"] ?? 0);
  if (turns >= before * GROWN_BY) return true;
  return turns > before && now - last.startedAt >= WEEK_MS;
}
