import { randomUUID } from "node:crypto";
import { type Bus, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { createHabitBook, type HabitBook, NO_HABITS, type WarmHabits } from "@lilux/core/warming";
import { createParser, HabitEntry, LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";

export interface HabitBooksDeps {
  bus: Pick<Bus, "read" | "append">;
  clock: Clock;
  logger: Logger;
  /** Whether a tenant has agreed that what its people send is learnt from. */
  mayLearn(tenant: Tenant): boolean;
}

/** What followed what in each tenant's sessions: entries of the stream LESSONS, read once and then kept up. */
export interface HabitBooks {
  /** What is known now; begins to read what is not, and never waits. */
  of(tenant: Tenant): WarmHabits;
  /** Stores one step, where the tenant agreed to it. Never rejects. */
  learn(tenant: Tenant, step: LearntStep): Promise<void>;
  /** A person said that a turn was wrong. Never rejects. */
  refute(turn: { tenant: Tenant; turnId: string; at: number }): Promise<void>;
  /** The tenant is being deleted: nothing of its book is held. */
  letGo(tenant: Tenant): void;
  /** Resolves when everything stored so far is in the book, or could not be read. */
  settled(tenant: Tenant): Promise<void>;
}

export interface LearntStep {
  person: string | undefined;
  turnId: string;
  at: number;
  from: string | undefined;
  to: string;
}

const TENANTS_MAX = 256;
const READ_MAX = 6_000;
const READ_DEADLINE_MS = 5_000;
const STORE_DEADLINE_MS = 2_000;
/** What other warmers stored, and what was forgotten, is known after so long. */
const READ_EVERY_MS = 5_000;
/** Clocks of two processes differ by less. */
const OVERLAP_MS = 10_000;
/** Whoever did not say, in a library nobody has keys for. */
const SOMEBODY = "somebody";

interface Held {
  book: HabitBook;
  sequence: number;
  storedAt: number;
  readAt: number;
  reading: Promise<void> | undefined;
}

const parser = createParser(HabitEntry, "a habit", "internal");

export function createHabitBooks({ bus, clock, logger, mayLearn }: HabitBooksDeps): HabitBooks {
  const held = new LRUCache<string, Held>({ max: TENANTS_MAX });

  function holdOf(tenant: Tenant): Held {
    const known = held.get(tenant);
    if (known !== undefined) return known;
    const never = { sequence: 0, storedAt: 0, readAt: Number.NEGATIVE_INFINITY };
    const made = { book: createHabitBook(), ...never, reading: undefined };
    held.set(tenant, made);
    return made;
  }

  function read(tenant: Tenant, hold: Held): Promise<void> {
    hold.reading ??= readOn(tenant, hold)
      .catch((error: unknown) => {
        logger.warn({ tenant, err: LiluxError.from(error) }, "habits not read");
      })
      .finally(() => {
        hold.reading = undefined;
        hold.readAt = clock.monotonic();
      });
    return hold.reading;
  }

  async function readOn(tenant: Tenant, hold: Held): Promise<void> {
    const messages = await bus.read("LESSONS", subjects.habit(tenant), {
      messagesMax: READ_MAX,
      deadlineMs: READ_DEADLINE_MS,
      since: Math.max(0, hold.storedAt - OVERLAP_MS),
    });
    for (const { sequence, storedAt, body } of messages) {
      if (sequence <= hold.sequence) continue;
      hold.sequence = sequence;
      hold.storedAt = Math.max(hold.storedAt, storedAt);
      if (parser.is(body)) take(hold.book, body);
    }
  }

  async function store(tenant: Tenant, entry: HabitEntry, id: string): Promise<void> {
    try {
      const options = { id, deadlineMs: STORE_DEADLINE_MS };
      await bus.append("LESSONS", subjects.habit(tenant), entry, options);
      take(holdOf(tenant).book, entry);
    } catch (error) {
      logger.warn({ tenant, err: LiluxError.from(error) }, "habit not stored");
    }
  }

  return {
    of(tenant) {
      if (!mayLearn(tenant)) return NO_HABITS;
      const hold = holdOf(tenant);
      if (clock.monotonic() - hold.readAt > READ_EVERY_MS) void read(tenant, hold);
      return hold.book.habits(clock.unix());
    },
    async learn(tenant, { person = SOMEBODY, turnId, at, from, to }) {
      if (!mayLearn(tenant)) return;
      const step = { type: "step", person, turnId, at, to } as const;
      const entry = from === undefined ? step : { ...step, from };
      await store(tenant, entry, `${turnId}:${to}:step`);
    },
    async refute({ tenant, turnId, at }) {
      if (!mayLearn(tenant)) return;
      await store(tenant, { type: "refuted", turnId, at }, randomUUID());
    },
    letGo: (tenant) => void held.delete(tenant),
    settled: (tenant) => read(tenant, holdOf(tenant)),
  };
}

function take(book: HabitBook, entry: HabitEntry): void {
  switch (entry.type) {
    case "step": {
      const { person, turnId, at, from, to } = entry;
      book.add({ person, turnId, at, from, to });
      break;
    }
    case "refuted":
      book.refute(entry.turnId);
      break;
    case "forgotten":
      book.forget(entry);
      break;
  }
}
