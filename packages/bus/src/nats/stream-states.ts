import type { Log } from "@lilux/core/telemetry";
import type { StreamInfo } from "@nats-io/jetstream";
import { millis } from "@nats-io/transport-node";
import type { StreamName, StreamState } from "../bus.ts";

/** What is known of the streams, as they were last looked at. */
export interface StreamStates {
  seen(name: StreamName, info: StreamInfo): void;
  /** Where a stream is larger than ours: told once in the log, until it changes. */
  differs(name: StreamName, differs: readonly string[]): void;
  all(): readonly StreamState[];
}

export function createStreamStates(logger: Log): StreamStates {
  const states = new Map<StreamName, Omit<StreamState, "differs">>();
  const different = new Map<StreamName, readonly string[]>();
  return {
    seen(name, { config, state }) {
      states.set(name, {
        name,
        messages: state.messages,
        bytes: state.bytes,
        bytesMax: config.max_bytes,
        oldestAt: state.messages === 0 ? undefined : Date.parse(state.first_ts),
        maxAgeMs: millis(config.max_age),
        replicas: config.num_replicas,
      });
    },
    differs(name, differs) {
      const before = different.get(name)?.join() ?? "";
      different.set(name, differs);
      if (differs.length === 0 || differs.join() === before) return;
      logger.warn(
        { stream: name, differs },
        "stream is larger than this service would make it, and stays so",
      );
    },
    all: () =>
      [...states.values()].map((state) => ({
        ...state,
        differs: different.get(state.name) ?? [],
      })),
  };
}
