import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./start-mode.ts";

/** What of these no process tells of: `text` is all that their admin ports show. */
export function untoldMetrics(named: readonly string[], text: string): string[] {
  const told = [...text.matchAll(/^# HELP (lilux_\S+)/gm)].map(([, name]) =>
    name?.replace(/_count$/, ""),
  );
  return named.filter((name) => !told.includes(name));
}

/** Every product metric that dashboards and alert rules name, without the suffixes of histograms. */
export function namedMetrics(): string[] {
  const folders = ["deploy/grafana/dashboards", "deploy/prometheus/rules"];
  const texts = folders.flatMap((folder) =>
    readdirSync(join(CHECKOUT, folder)).map((file) =>
      readFileSync(join(CHECKOUT, folder, file), "utf8"),
    ),
  );
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\blilux_[a-z0-9_]+/g)].map(([name]) => name),
  );
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, "")))].sort();
}
