import { cell, tableOf } from "./table-of.ts";

/** Every metric that the sources declare, with the sentence that they declare it with. */
export function metricsPage(sources: readonly { service: string; text: string }[]): string {
  const sections = sources.flatMap(({ service, text }) => {
    const rows = metricsIn(text).map(({ name, help }) => [`\`${name}\``, cell(help)]);
    return rows.length === 0 ? [] : [`## ${service}\n\n${tableOf(["metric", ""], rows)}`];
  });
  return `# Metrics\n\nOf each service, at \`/metrics\` on its admin port. A name with \`…\` stands for several.\n\n${sections.join("\n\n")}\n`;
}

function metricsIn(text: string): { name: string; help: string }[] {
  const declared =
    /name:\s*(?:"|`)(lilux_[^"`]+)(?:"|`),\s*help:\s*\n?\s*(?:"((?:[^"\\]|\\.)*)"|([a-z]\w*))/g;
  return [...text.matchAll(declared)].map(([, name = "", help = ""]) => ({
    name: name.replaceAll(/\$\{[^}]*\}/g, "…"),
    help,
  }));
}
