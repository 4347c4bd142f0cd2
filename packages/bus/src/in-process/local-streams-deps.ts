import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { ObserveBus } from "../bus-event.ts";

/** What the streams of the in-process bus and their consumers are given. */
export interface LocalStreamsDeps {
  journalDirectory: string | undefined;
  clock: Pick<Clock, "unix">;
  logger: Log;
  observe: ObserveBus;
}
