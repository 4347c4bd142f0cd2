import { type Log, SILENT_LOG } from "@lilux/core/telemetry";

/** A logger that writes nothing, and can be handed in wherever one is needed. */
export function silentLogger(): Log {
  return SILENT_LOG;
}
