import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, createInProcessBus, subjects } from "@lilux/bus";
import type { Interaction, SessionEvent, TurnRecord } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { operatorBus } from "../operator-bus.ts";
import type { Running } from "../start-mode.ts";

const READ = { messagesMax: 100_000, deadlineMs: 20_000 };

/** What the streams hold of the sessions that a run has opened. */
export interface StoredStreams {
  turns: TurnRecord[];
  interactions: Extract<Interaction, { type: "turn" }>[];
  /** By session, in the order of the stream. */
  events: ReadonlyMap<string, SessionEvent[]>;
}

/** Reads while the product runs: over NATS, or from a copy of the journal. */
export async function readStreams(
  running: Running,
  sessionIds: readonly string[],
): Promise<StoredStreams> {
  const { bus, close } = await openStreams(running);
  try {
    const turns: TurnRecord[] = [];
    const events = new Map<string, SessionEvent[]>();
    for (const sessionId of sessionIds) {
      const stored = await bus.read("TURNS", subjects.turn(testTenant("local"), sessionId), READ);
      turns.push(...stored.map(({ body }) => body as TurnRecord));
      const batches = await bus.read(
        "EVENTS",
        subjects.event(testTenant("local"), sessionId),
        READ,
      );
      const bodies = batches.map(({ body }) => body as { events: SessionEvent[] });
      events.set(
        sessionId,
        bodies.flatMap((body) => body.events),
      );
    }
    const all = await bus.read("INTERACTIONS", subjects.interaction(testTenant("local")), READ);
    const interactions = all.flatMap(({ body }) => {
      const interaction = body as Interaction;
      return interaction.type === "turn" ? [interaction] : [];
    });
    return { turns, interactions, events };
  } finally {
    await close();
  }
}

async function openStreams(running: Running): Promise<{ bus: Bus; close(): Promise<void> }> {
  const { inside, journalDirectory } = running;
  if (inside !== undefined) {
    const bus = await operatorBus(running);
    return { bus, close: () => bus.drain() };
  }
  if (journalDirectory === undefined) throw new Error("no streams to read");
  const copy = join(tmpdir(), `lilux-journal-${process.pid}-${Date.now()}`);
  await cp(journalDirectory, copy, { recursive: true });
  await rm(join(copy, "lock"), { force: true });
  const bus = createInProcessBus({ journalDirectory: copy });
  await bus.ready();
  return {
    bus,
    async close() {
      await bus.drain();
      await rm(copy, { recursive: true, force: true });
    },
  };
}
