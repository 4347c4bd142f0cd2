import { Histogram, type HistogramConfiguration, type Registry } from "prom-client";

/** A histogram that keeps the trace of the last value in each bucket, which scrapers of OpenMetrics are told (exemplars). */
export interface TracedHistogram<T extends string = never> {
  observe(value: number, about: Observed<T>): void;
}

export interface Observed<T extends string> {
  labels?: Record<T, string>;
  /** Where it was seen; undefined where nobody could look it up. */
  traceId: string | undefined;
}

/** From a slow turn in a graph to its trace and to its lines in the log. */
export function createTracedHistogram<T extends string = never>(
  configuration: HistogramConfiguration<string> & { registers: Registry[] },
): TracedHistogram<T> {
  // prom-client takes exemplars in registries of OpenMetrics alone, and tells them to nobody who asks for
  // another format: ours are asked for either, so the histogram is registered once it is there.
  const histogram = new Histogram({ ...configuration, registers: [], enableExemplars: true });
  for (const registry of configuration.registers) registry.registerMetric(histogram);
  return {
    observe(value, { labels = {}, traceId }) {
      const exemplarLabels = traceId === undefined ? undefined : { trace_id: traceId };
      histogram.observe({ labels, value, ...(exemplarLabels && { exemplarLabels }) });
    },
  };
}
