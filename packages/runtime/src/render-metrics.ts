import { Registry, type RegistryContentType } from "prom-client";

export interface RenderedMetrics {
  contentType: string;
  text: string;
}

/** Writes what registries hold, in the format the scraper asks for by its `Accept`; one at a time. */
export type RenderMetrics = (
  registries: readonly Registry[],
  accept: string | undefined,
) => Promise<RenderedMetrics>;

export function createMetricsRenderer(): RenderMetrics {
  let last: Promise<unknown> = Promise.resolve();
  return (registries, accept) => {
    const takesOpenMetrics = accept?.includes("application/openmetrics-text") === true;
    const rendered = last.then(() =>
      takesOpenMetrics ? openMetricsOf(registries) : plainOf(registries),
    );
    last = rendered.catch(() => undefined);
    return rendered;
  };
}

async function plainOf(registries: readonly Registry[]): Promise<RenderedMetrics> {
  const merged = Registry.merge([...registries]);
  return { contentType: merged.contentType, text: await merged.metrics() };
}

/** The format with exemplars. Writing it, prom-client 15 takes `_total` off the names of the counters themselves: they get it back. */
async function openMetricsOf(registries: readonly Registry[]): Promise<RenderedMetrics> {
  const merged: Registry<RegistryContentType> = Registry.merge([...registries]);
  const counters = merged.getMetricsAsArray().map((metric) => ({ metric, name: metric.name }));
  merged.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  try {
    return { contentType: merged.contentType, text: await merged.metrics() };
  } finally {
    for (const { metric, name } of counters) metric.name = name;
  }
}
