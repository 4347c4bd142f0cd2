import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { ObserveBus } from "../bus-event.ts";
import type { StreamLimits } from "../streams.ts";

/** What the streams of the in-process bus and their consumers are given. */
export interface LocalStreamsDeps {
  journalDirectory: string | undefined;
  limits?: StreamLimits | undefined;
  clock: Pick<Clock, "unix">;
  logger: Log;
  observe: ObserveBus;
}
