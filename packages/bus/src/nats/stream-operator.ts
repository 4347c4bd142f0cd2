import { SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import {
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamInfo,
} from "@nats-io/jetstream";
import type { StreamName, StreamState } from "../bus.ts";
import { STREAMS } from "../streams.ts";
import { toBusError } from "./bus-error.ts";
import { connectToServer } from "./connect-to-server.ts";
import { createReadHeads, type MessageHead } from "./read-heads.ts";
import type { StreamArchiveOptions } from "./stream-archive.ts";
import { createStreamStates } from "./stream-states.ts";

/** What an operator looks at, and changes, of the streams at a server. */
export interface StreamOperator {
  /** The streams that are there. */
  states(): Promise<readonly StreamState[]>;
  /** Gives a stream room. Throws `config_invalid` for less than it has: what it holds was promised. */
  grow(stream: StreamName, bytesMax: number): Promise<void>;
  /** Everything a stream holds now, without the texts. */
  heads(stream: StreamName): AsyncIterable<MessageHead>;
  close(): Promise<void>;
}

const API_MS = 10_000;
const STREAM_NOT_FOUND = 10059;

export async function connectStreamOperator(
  options: StreamArchiveOptions,
): Promise<StreamOperator> {
  const { startWithinMs = 5_000 } = options;
  const asked = { ...options, name: "operator", startWithinMs, pingIntervalMs: 3_000 };
  const connection = await connectToServer(asked);
  const client = jetstream(connection, { timeout: API_MS });
  const manager = await jetstreamManager(connection, { timeout: API_MS, checkAPI: false });
  const readHeads = createReadHeads({ client, manager }, 0);
  return {
    async states() {
      const states = createStreamStates(SILENT_LOG);
      for (const name of Object.keys(STREAMS) as StreamName[]) {
        const info = await infoOf(manager, name);
        if (info !== undefined) states.seen(name, info);
      }
      return states.all();
    },
    async grow(stream, bytesMax) {
      const info = await infoOf(manager, stream);
      if (info === undefined) throw invalid(`There is no stream ${stream} yet.`);
      const { max_bytes: has } = info.config;
      if (has <= 0 || bytesMax <= has) {
        throw invalid(`The stream ${stream} may hold ${has} bytes already, and never shrinks.`);
      }
      await manager.streams.update(stream, { max_bytes: bytesMax }).catch((error: unknown) => {
        if (!(error instanceof JetStreamApiError)) throw toBusError(error);
        throw invalid(`nats-server gives ${stream} no more room: ${error.message}.`);
      });
    },
    heads: (stream) => readHeads(stream, 1),
    close: () => connection.close(),
  };
}

async function infoOf(
  manager: JetStreamManager,
  stream: StreamName,
): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(stream);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw toBusError(error);
  }
}

function invalid(message: string): LiluxError {
  return new LiluxError("config_invalid", { message });
}
