import { NO_SPANS } from "@lilux/core/telemetry";
import type { OpenedSpans } from "./opened-spans.ts";

export interface OpenSpansOptions {
  /** What the process is called in traces. */
  service: string;
  version: string;
  /** The base of an OTLP/HTTP receiver; undefined: nothing is recorded, and nothing is loaded. */
  url: string | undefined;
}

/** Spans for a receiver of OTLP, or none. OpenTelemetry is loaded only where somebody wants them. */
export async function openSpans({ service, version, url }: OpenSpansOptions): Promise<OpenedSpans> {
  if (url === undefined) return { spans: NO_SPANS, close: async () => undefined };
  const { openOtlpSpans } = await import("./open-otlp-spans.ts");
  return openOtlpSpans({ service, version, url });
}
