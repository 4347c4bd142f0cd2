import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type {
  Appended,
  AppendOptions,
  ReadOptions,
  StreamMessage,
  StreamName,
  StreamState,
} from "../bus.ts";
import { encodeBody } from "../encode-body.ts";
import type { StreamSettings } from "../streams.ts";
import { subjectMatches } from "../subject-matches.ts";
import { waitFor } from "../wait-for.ts";
import { createAdmission } from "./admission.ts";
import { sequenceOfErased } from "./erase-lines.ts";
import type { LineStore } from "./line-store.ts";
import { parseStoredLine, toStreamMessage } from "./stored-line.ts";
import { createStreamIndex } from "./stream-index.ts";
import { createStreamWriter } from "./stream-writer.ts";

const APPEND_DEADLINE_MS = 2_000;

/** One stream of the in-process bus. */
export interface LocalStream {
  load(): Promise<void>;
  append(subject: string, body: unknown, options: AppendOptions): Promise<Appended>;
  read(subject: string, options: ReadOptions): Promise<StreamMessage[]>;
  /** The place of the next message after this one, if there is any. */
  nextAfter(sequence: number): number | undefined;
  has(sequence: number): boolean;
  lastSequence(): number;
  /** The place of the last message stored before this time (Unix ms), 0 when there is none. */
  lastBefore(at: number): number;
  /** Undefined when the message has been dropped by the stream's limits. */
  message(sequence: number, deliveries: number): Promise<StreamMessage | undefined>;
  onAppended(listener: () => void): void;
  /** Deletes what is held of a tenant; how many messages that was. */
  purgeTenant(tenant: Tenant, before?: number): Promise<number>;
  /** How many bytes each tenant holds. */
  heldBytes(): ReadonlyMap<string, number>;
  state(): StreamState;
  close(): Promise<void>;
}

export interface LocalStreamDeps {
  name: StreamName;
  settings: StreamSettings;
  lines: LineStore;
  clock: Pick<Clock, "unix">;
  logger: Log;
}

export function createLocalStream(deps: LocalStreamDeps): LocalStream {
  const { name, settings, lines, clock, logger } = deps;
  const index = createStreamIndex(settings);
  const listeners: (() => void)[] = [];
  const { duplicateWindowMs } = settings;
  const { admit } = createAdmission({ settings, lines, index, expire });
  const writer = createStreamWriter({
    lines,
    duplicateWindowMs,
    clock,
    admit,
    onStored: index.add,
  });

  function expire(): void {
    for (const entry of index.expire(clock.unix())) lines.release(entry.place);
  }

  async function trim(): Promise<void> {
    expire();
    while (settings.full !== "refuse" && lines.bytes() > settings.maxBytes) {
      const segment = await lines.dropOldestSegment();
      if (segment === undefined) return;
      index.removeSegment(segment);
    }
  }

  async function store(subject: string, body: string, options: AppendOptions): Promise<Appended> {
    const appended = await writer.store(subject, body, options).catch((error: unknown) => {
      if (error instanceof LiluxError) throw error;
      logger.error({ stream: name, err: error }, "stream journal could not be written");
      throw new LiluxError("bus_unavailable", { cause: error });
    });
    if (appended.duplicate) return appended;
    for (const listener of listeners) listener();
    await trim();
    return appended;
  }

  return {
    async load() {
      let damaged = 0;
      await lines.load(({ line, place }) => {
        const head = parseStoredLine(line)?.head;
        const erased = head === undefined ? sequenceOfErased(line) : undefined;
        if (erased !== undefined) {
          writer.continueAfter(erased);
          return false;
        }
        if (head === undefined) {
          damaged += 1;
          return false;
        }
        index.add({ sequence: head.sequence, at: head.at, subject: head.subject, place });
        writer.recall(head);
        return true;
      });
      writer.continueAfter(lines.firstFreeSequence() - 1);
      if (damaged > 0) logger.warn({ stream: name, damaged }, "stream journal lines left out");
      await trim();
    },
    async append(subject, body, options) {
      assertTaken(subject, deps);
      const { deadlineMs = APPEND_DEADLINE_MS } = options;
      return waitFor(store(subject, encodeBody(body), options), { deadlineMs });
    },
    async read(subject, { messagesMax, deadlineMs, since }) {
      const oldestAt = Math.max(since ?? 0, clock.unix() - settings.maxAgeMs);
      const entries = index.ofSubject(subject).filter((entry) => entry.at >= oldestAt);
      const read = entries.slice(0, messagesMax).map((entry) => lines.read(entry.place));
      const texts = await waitFor(Promise.all(read), { deadlineMs });
      return texts.flatMap((line) => toStreamMessage(line, 1) ?? []);
    },
    nextAfter: (sequence) => index.after(sequence)?.sequence,
    lastSequence: () => writer.lastSequence(),
    lastBefore: (at) => index.lastBefore(at),
    has: (sequence) => index.get(sequence) !== undefined,
    async message(sequence, deliveries) {
      const entry = index.get(sequence);
      return entry && toStreamMessage(await lines.read(entry.place), deliveries);
    },
    onAppended: (listener) => void listeners.push(listener),
    async purgeTenant(tenant, before) {
      // What is being written is there when the writer has nothing more to do.
      await writer.idle();
      const gone = index.removeTenant(tenant, before);
      // What is old is asked for again and again: no file is read for nothing.
      if (before !== undefined && gone.length === 0) return 0;
      for (const { place } of gone) lines.release(place);
      await lines.erase(tenant, before);
      return gone.length;
    },
    heldBytes() {
      expire();
      return index.usage.all();
    },
    state: () => ({
      name,
      messages: index.messages(),
      bytes: index.usage.total(),
      bytesMax: settings.maxBytes,
      oldestAt: index.oldestAt(),
      maxAgeMs: settings.maxAgeMs,
      replicas: 1,
      differs: [],
    }),
    async close() {
      await writer.idle();
      await lines.close();
    },
  };
}

function assertTaken(subject: string, { name, settings }: LocalStreamDeps): void {
  if (settings.subjects.some((pattern) => subjectMatches(pattern, subject))) return;
  const cause = new Error(`stream ${name} does not take subject ${subject}`);
  throw new LiluxError("internal", { cause });
}
