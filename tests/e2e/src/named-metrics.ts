import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./start-mode.ts";

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
