import { Counter, type Registry } from "prom-client";

export type FlywheelMetrics = ReturnType<typeof createFlywheelMetrics>;

const OUTCOMES = ["kept", "known", "without_consent", "unreadable", "unfit"] as const;

/** All of the flywheel's metrics, on the registry it is given. */
export function createFlywheelMetrics(registry: Registry) {
  const registers = [registry];
  const taken = new Counter({
    name: "lilux_flywheel_interactions_total",
    help: "Interactions taken from the stream, by what became of them",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of OUTCOMES) taken.inc({ outcome }, 0);
  const deleted = new Counter({
    name: "lilux_flywheel_turns_deleted_total",
    help: "Kept turns that were deleted, by why",
    labelNames: ["reason"],
    registers,
  });
  for (const reason of ["age", "wish"]) deleted.inc({ reason }, 0);
  return {
    taken: (outcome: (typeof OUTCOMES)[number]) => taken.inc({ outcome }),
    deleted: (reason: "age" | "wish", turns: number) => deleted.inc({ reason }, turns),
    datasets: new Counter({
      name: "lilux_flywheel_datasets_built_total",
      help: "Datasets built",
      registers,
    }),
  };
}
