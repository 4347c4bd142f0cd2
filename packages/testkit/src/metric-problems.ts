/** A metric as a registry describes it. */
export interface DescribedMetric {
  name: string;
  help: string;
  /** counter, gauge, histogram or summary; the client library's own types call it a number. */
  type: unknown;
  values: readonly { labels: object }[];
}

/**
 * What `promtool check metrics` would say of these metrics, by the rules of its
 * naming linter: suffixes that belong to one type, base units, no type in a name.
 */
export function metricProblems(metrics: readonly DescribedMetric[]): string[] {
  return metrics.flatMap((metric) => {
    const broken = RULES.filter(([, holds]) => !holds(metric));
    return broken.map(([rule]) => `${metric.name}: ${rule}`);
  });
}

type Rule = [says: string, holds: (metric: DescribedMetric) => boolean];

const isSampled = (type: unknown): boolean => type === "histogram" || type === "summary";

const RULES: Rule[] = [
  ["has no help text", ({ help }) => help.trim() !== ""],
  ["a counter ends in _total", ({ name, type }) => type !== "counter" || /_total$/.test(name)],
  [
    "only a counter ends in _total",
    ({ name, type }) => type === "counter" || !/_total$/.test(name),
  ],
  [
    "_count, _sum and _bucket are a histogram's own",
    ({ name, type }) => isSampled(type) || !/_(?:count|sum|bucket)$/.test(name),
  ],
  ["snake_case without colons", ({ name }) => /^[a-z][a-z0-9_]*$/.test(name)],
  [
    "base units, written out",
    ({ name }) =>
      !name
        .split("_")
        .some((part) =>
          /^(?:ms|us|ns|sec|secs|mins|milliseconds?|microseconds?|nanoseconds?|minutes?|hours?|days?|kb|mb|gb|kib|mib|gib|kilobytes?|megabytes?|gigabytes?|bits?|percent(?:age)?)$/.test(
            part,
          ),
        ),
  ],
  ["no type in the name", ({ name }) => !/_(?:gauge|counter|histogram|summary)(?:_|$)/.test(name)],
  [
    "le and quantile are reserved labels",
    ({ type, values }) =>
      isSampled(type) || values.every(({ labels }) => !("le" in labels || "quantile" in labels)),
  ],
];
