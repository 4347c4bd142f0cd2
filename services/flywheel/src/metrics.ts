import type { ModelSwitch } from "@lilux/protocol";
import { Counter, Gauge, type Registry } from "prom-client";

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
  const switches = new Counter({
    name: "lilux_flywheel_switches_total",
    help: "Changes of a model's stage, by what became of it and whether a person wanted it",
    labelNames: ["kind", "stage", "by"],
    registers,
  });
  for (const kind of ["router", "orchestrator"]) {
    switches.inc({ kind, stage: "retired", by: "itself" }, 0);
  }
  const evaluations = new Counter({
    name: "lilux_flywheel_evaluations_total",
    help: "Candidates judged by the gate",
    labelNames: ["verdict"],
    registers,
  });
  for (const verdict of ["passed", "refused"]) evaluations.inc({ verdict }, 0);
  const evidence = new Gauge({
    name: "lilux_flywheel_canary_evidence",
    help: "What speaks against the canary looked at last, by test; it is stopped from 100 up",
    labelNames: ["test"],
    registers,
  });
  return {
    switched: ({ kind, to: stage, by }: ModelSwitch) =>
      switches.inc({ kind, stage, by: by === "flywheel" ? "itself" : "person" }),
    evaluated: (passes: boolean) => evaluations.inc({ verdict: passes ? "passed" : "refused" }),
    evidence(by: Readonly<Record<string, number>>) {
      for (const [test, value] of Object.entries(by)) evidence.set({ test }, value);
    },
    taken: (outcome: (typeof OUTCOMES)[number]) => taken.inc({ outcome }),
    deleted: (reason: "age" | "wish", turns: number) => deleted.inc({ reason }, turns),
    datasets: new Counter({
      name: "lilux_flywheel_datasets_built_total",
      help: "Datasets built",
      registers,
    }),
  };
}
