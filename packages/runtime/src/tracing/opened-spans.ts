import type { Spans } from "@lilux/core/telemetry";

export interface OpenedSpans {
  spans: Spans;
  /** Sends what is left, within seconds. */
  close(): Promise<void>;
}
