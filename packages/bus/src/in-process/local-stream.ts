import type { Log } from "@lilux/core";
import { LiluxError } from "@lilux/protocol";
import type { Appended, AppendOptions, ReadOptions, StreamMessage } from "../bus.ts";
import { encodeBody } from "../encode-body.ts";
import type { StreamSettings } from "../streams.ts";
import { subjectMatches } from "../subject-matches.ts";
import { waitFor } from "../wait-for.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { LineStore, Place } from "./line-store.ts";
import { createRecentIds } from "./recent-ids.ts";
import { formatStoredLine, parseStoredLine, toStreamMessage } from "./stored-line.ts";
import { createStreamIndex } from "./stream-index.ts";

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
  /** Undefined when the message has been dropped by the stream's limits. */
  message(sequence: number, deliveries: number): Promise<StreamMessage | undefined>;
  onAppended(listener: () => void): void;
  close(): Promise<void>;
}

export interface LocalStreamDeps {
  name: string;
  settings: StreamSettings;
  lines: LineStore;
  clock: () => number;
  logger: Log;
}

export function createLocalStream(deps: LocalStreamDeps): LocalStream {
  const { name, settings, lines, clock, logger } = deps;
  const index = createStreamIndex(settings);
  const ids = createRecentIds(settings.duplicateWindowMs);
  const commits = createGroupCommit((batch, first) => lines.write(batch, first));
  const listeners: (() => void)[] = [];
  let lastSequence = 0;

  async function trim(): Promise<void> {
    for (const entry of index.expire(clock())) lines.release(entry.place);
    while (lines.bytes() > settings.maxBytes) {
      const segment = await lines.dropOldestSegment();
      if (segment === undefined) return;
      index.removeSegment(segment);
    }
  }

  async function store(subject: string, body: string, options: AppendOptions): Promise<Appended> {
    const at = clock();
    const known = ids.find(options.id, at);
    if (known !== undefined) {
      await known.stored;
      return { sequence: known.sequence, duplicate: true };
    }
    lastSequence += 1;
    const sequence = lastSequence;
    const head = { sequence, at, subject, id: options.id, traceparent: options.traceparent };
    const stored = commits.commit(formatStoredLine(head, body), sequence);
    ids.remember(options.id, { sequence, at, stored });
    try {
      const place: Place = await stored;
      index.add({ sequence, at, subject, place });
    } catch (error) {
      ids.forget(options.id);
      logger.error({ stream: name, err: error }, "stream journal could not be written");
      throw new LiluxError("bus_unavailable", { cause: error });
    }
    for (const listener of listeners) listener();
    await trim();
    return { sequence, duplicate: false };
  }

  return {
    async load() {
      let damaged = 0;
      await lines.load(({ line, place }) => {
        const parsed = parseStoredLine(line);
        if (parsed === undefined) {
          damaged += 1;
          return;
        }
        const { sequence, at, subject, id } = parsed.head;
        index.add({ sequence, at, subject, place });
        ids.remember(id, { sequence, at, stored: Promise.resolve() });
      });
      lastSequence = Math.max(index.lastSequence(), lines.firstFreeSequence() - 1);
      if (damaged > 0) logger.warn({ stream: name, damaged }, "stream journal lines left out");
      await trim();
    },
    async append(subject, body, options) {
      if (!settings.subjects.some((pattern) => subjectMatches(pattern, subject))) {
        const cause = new Error(`stream ${name} does not take subject ${subject}`);
        throw new LiluxError("internal", { cause });
      }
      const { deadlineMs = APPEND_DEADLINE_MS } = options;
      return waitFor(store(subject, encodeBody(body), options), { deadlineMs });
    },
    async read(subject, { messagesMax, deadlineMs, since }) {
      const oldestAt = Math.max(since ?? 0, clock() - settings.maxAgeMs);
      const entries = index.ofSubject(subject).filter((entry) => entry.at >= oldestAt);
      const read = entries.slice(0, messagesMax).map((entry) => lines.read(entry.place));
      const texts = await waitFor(Promise.all(read), { deadlineMs });
      return texts.flatMap((line) => toStreamMessage(line, 1) ?? []);
    },
    nextAfter: (sequence) => index.after(sequence)?.sequence,
    lastSequence: () => lastSequence,
    has: (sequence) => index.get(sequence) !== undefined,
    async message(sequence, deliveries) {
      const entry = index.get(sequence);
      return entry && toStreamMessage(await lines.read(entry.place), deliveries);
    },
    onAppended: (listener) => void listeners.push(listener),
    async close() {
      await commits.idle();
      await lines.close();
    },
  };
}
