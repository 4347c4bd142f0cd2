import { type Bus, createStreamTail, type StreamTail, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { unpackQuantised } from "@lilux/core/embedding";
import { BOOK_LINES_MAX, createLessonBook, type LessonBook } from "@lilux/core/learning";
import { createParser, Lesson, LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";

export interface LessonBooksDeps {
  bus: Pick<Bus, "read">;
  clock: Clock;
  logger: Logger;
  /** The model whose lines are of use, and how wide they are. */
  model(): { key: string; width: number };
}

/** What every router has learnt of each tenant: the stream LESSONS, read once and then kept up. */
export interface LessonBooks {
  /** What is known now; begins to read what is not, and never waits. */
  of(tenant: Tenant): LessonBook | undefined;
  /** Something was added to the tenant's lessons. */
  changed(tenant: Tenant): void;
  /** The tenant is being deleted: nothing of its book is held. */
  letGo(tenant: Tenant): void;
  /** Resolves when everything stored so far is in the book, or could not be read. */
  settled(tenant: Tenant): Promise<void>;
}

const TENANTS_MAX = 256;
const READ_MAX = 2 * BOOK_LINES_MAX;
const READ_DEADLINE_MS = 5_000;
const RETRY_MS = 2_000;

const parser = createParser(Lesson, "a lesson", "internal");

interface Held {
  book: LessonBook;
  model: string;
  tail: StreamTail;
  reading: Promise<void> | undefined;
  /** Something came while it was read. */
  isAsked: boolean;
  isRead: boolean;
  failedAt: number;
}

export function createLessonBooks({ bus, clock, logger, model }: LessonBooksDeps): LessonBooks {
  const held = new LRUCache<string, Held>({ max: TENANTS_MAX });

  function holdOf(tenant: Tenant): Held {
    const { key, width } = model();
    const known = held.get(tenant);
    // Lines of another model are of no use: after a swap the book is read anew.
    if (known?.model === key) return known;
    const book = createLessonBook({ width });
    const tail = createStreamTail(bus, {
      stream: "LESSONS",
      subject: subjects.lesson(tenant),
      messagesMax: READ_MAX,
      deadlineMs: READ_DEADLINE_MS,
    });
    const begun = { reading: undefined, isAsked: true, isRead: false };
    const made: Held = { book, model: key, tail, failedAt: Number.NEGATIVE_INFINITY, ...begun };
    held.set(tenant, made);
    return made;
  }

  function read(tenant: Tenant, hold: Held): void {
    hold.isAsked = true;
    if (hold.reading !== undefined) return;
    hold.reading = readOn(hold)
      .catch((error: unknown) => {
        hold.failedAt = clock.monotonic();
        logger.warn({ tenant, err: LiluxError.from(error) }, "lessons not read");
      })
      .finally(() => {
        hold.reading = undefined;
      });
  }

  async function readOn(hold: Held): Promise<void> {
    while (hold.isAsked) {
      hold.isAsked = false;
      for (const { body } of await hold.tail.next()) take(hold, body);
      hold.isRead = true;
    }
  }

  return {
    of(tenant) {
      const hold = holdOf(tenant);
      const mayTry = clock.monotonic() - hold.failedAt > RETRY_MS;
      if (!hold.isRead && hold.reading === undefined && mayTry) read(tenant, hold);
      return hold.book;
    },
    changed(tenant) {
      const hold = held.peek(tenant);
      if (hold !== undefined) read(tenant, hold);
    },
    letGo: (tenant) => void held.delete(tenant),
    async settled(tenant) {
      const hold = holdOf(tenant);
      read(tenant, hold);
      await hold.reading;
    },
  };
}

/** What is no lesson, or another model's, is passed over. */
function take({ book, model }: Held, body: unknown): void {
  if (!parser.is(body)) return;
  if (body.type === "refuted") book.refute(body.turnId);
  else if (body.type === "forgotten") book.forget(body);
  else if (body.model === model) {
    const { vector: vectors, scale, person, turnId, at, signature, right } = body;
    const width = Math.floor(Buffer.from(vectors, "base64").length);
    const [embedding] = unpackQuantised({ width, vectors, scales: [scale] }, 1) ?? [];
    if (embedding !== undefined) book.add({ person, turnId, at, signature, right, embedding });
  }
}
