import { createLogger } from "@lilux/runtime";
import { createEmbedded } from "lilux";
import type { MeasuredService } from "./reference/metrics.ts";

/** What each service's registry knows before anything is measured. Nothing is started for it. */
export async function measuredServices(folder: string): Promise<MeasuredService[]> {
  const embedded = createEmbedded({
    logger: createLogger({ service: "site", level: "silent" }),
    env: {
      LILUX_FLYWHEEL: "on",
      LILUX_STATE_DIR: folder,
      LILUX_DATABASE_URL: `pglite:${folder}/database`,
    },
  });
  try {
    return embedded.services.map(({ name, registry }) => ({
      name,
      metrics: registry.getMetricsAsArray().map((metric) => ({
        name: metric.name,
        help: metric.help,
        type: String(metric.type),
        labels: labelsOf(metric),
      })),
    }));
  } finally {
    await embedded.stop();
  }
}

/** The library's type leaves them out of what a registry tells. */
function labelsOf(metric: object): string[] {
  const labels = "labelNames" in metric ? metric.labelNames : undefined;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === "string") : [];
}
