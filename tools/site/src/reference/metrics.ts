import { cell, tableOf } from "./table-of.ts";

/** A service with what its registry says of its metrics. */
export interface MeasuredService {
  name: string;
  metrics: readonly DescribedMetric[];
}

export interface DescribedMetric {
  name: string;
  help: string;
  type: string;
  labels: readonly string[];
}

const HEAD = `# Metrics

Each service shows its own at \`/metrics\` on its admin port; under \`npm start\` one process shows all of them. No label
holds an id or anything that a person typed. What is watched, and from where on somebody is woken, is in
[objectives and alerts](../operations/objectives.md).

Made from the registries of the services themselves.
`;

/** Every metric, by the service that has it. */
export function metricsPage(services: readonly MeasuredService[]): string {
  const sections = services.map(({ name, metrics }) => {
    const rows = metrics
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name: metric, type, labels, help }) => [
        `\`${metric}\``,
        type,
        labels.map((label) => `\`${label}\``).join(" "),
        cell(help),
      ]);
    return `## ${name}\n\n${tableOf(["metric", "type", "labels", ""], rows)}`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}
