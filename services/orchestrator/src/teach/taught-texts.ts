import { randomUUID } from "node:crypto";
import { type Bus, createStreamTail, type StreamTail, subjects } from "@lilux/bus";
import { createPhrasingBook, type PhrasingBook } from "@lilux/core/teaching";
import { createParser, PhrasingEntry, type Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";

/** What was written for the items of each tenant: the stream PHRASINGS, read on each time it is asked for. */
export interface TaughtTexts {
  /** With everything that was stored by now. Rejects when that cannot be read. */
  of(tenant: Tenant): Promise<PhrasingBook>;
  /** Resolves once every router will hear of it, also after a restart. */
  add(tenant: Tenant, entry: PhrasingEntry): Promise<void>;
}

const TENANTS_MAX = 256;
/** As many as the stream keeps of a tenant. */
const READ_MAX = 20_000;
const DEADLINE_MS = 5_000;

const parser = createParser(PhrasingEntry, "a phrasing", "internal");

interface Held {
  book: PhrasingBook;
  tail: StreamTail;
  reading: Promise<void>;
}

export function createTaughtTexts(bus: Pick<Bus, "read" | "append" | "publish">): TaughtTexts {
  const held = new LRUCache<string, Held>({ max: TENANTS_MAX });

  function holdOf(tenant: Tenant): Held {
    const known = held.get(tenant);
    if (known !== undefined) return known;
    const tail = createStreamTail(bus, {
      stream: "PHRASINGS",
      subject: subjects.phrasing(tenant),
      messagesMax: READ_MAX,
      deadlineMs: DEADLINE_MS,
    });
    const made = { book: createPhrasingBook(), tail, reading: Promise.resolve() };
    held.set(tenant, made);
    return made;
  }

  async function readOn({ book, tail }: Held): Promise<void> {
    for (const { body } of await tail.next()) if (parser.is(body)) book.take(body);
  }

  return {
    async of(tenant) {
      const hold = holdOf(tenant);
      // One reading after the other: two at once would each take what the other has read.
      hold.reading = hold.reading.catch(() => undefined).then(() => readOn(hold));
      await hold.reading;
      return hold.book;
    },
    async add(tenant, entry) {
      await bus.append("PHRASINGS", subjects.phrasing(tenant), entry, {
        id: randomUUID(),
        deadlineMs: DEADLINE_MS,
      });
      bus.publish(subjects.learnt(tenant), {});
    },
  };
}
