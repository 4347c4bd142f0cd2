import { describeWithServer, eventually, startNatsServer } from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Bus } from "../bus.ts";
import { connectNatsBus } from "./connect-nats-bus.ts";
import { connectStreamArchive, type StreamArchive } from "./stream-archive.ts";

/** A machine that is busy with other tests must not turn an answer into a miss. */
const UNHURRIED_MS = 30_000;
const SUBJECT = "lilux.v1.acme.turn.s1";

describeWithServer("archives of streams", "nats", () => {
  let old: Awaited<ReturnType<typeof startNatsServer>>;
  let fresh: Awaited<ReturnType<typeof startNatsServer>>;
  beforeAll(async () => {
    [old, fresh] = await Promise.all([
      startNatsServer({ owned: true }),
      startNatsServer({ owned: true }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([old.stop(), fresh.stop()]);
  });

  async function busAt(url: string): Promise<Bus> {
    const bus = await connectNatsBus({ url, name: "test" });
    onTestFinished(() => bus.drain());
    return bus;
  }

  async function archiveAt(url: string): Promise<StreamArchive> {
    const archive = await connectStreamArchive({ url });
    onTestFinished(() => archive.close());
    return archive;
  }

  // Mutant: `no_consumers: true`; the consumer then begins with message 1 again.
  test("a stream that is written meanwhile is restored elsewhere with all that was acknowledged, its times, ids and consumers' places", async () => {
    const bus = await busAt(old.url);
    const write = async (id: number) =>
      bus.append(
        "TURNS",
        SUBJECT,
        { id, pad: "x".repeat(5_000) },
        {
          id: `t${id}`,
          deadlineMs: UNHURRIED_MS,
        },
      );
    for (let id = 1; id <= 60; id += 1) await write(id);
    const seen = new Set<number>();
    const taken = await bus.consume("TURNS", async ({ sequence }) => void seen.add(sequence), {
      durable: "reader",
      inFlightMax: 4,
    });
    await eventually(() => expect(seen.size).toBe(60), { withinMs: 30_000 });
    await taken.close();
    for (let id = 61; id <= 70; id += 1) await write(id);
    const before = await bus.read("TURNS", SUBJECT, { messagesMax: 100, deadlineMs: UNHURRIED_MS });

    const archive = await archiveAt(old.url);
    let goesOn = true;
    const load = (async () => {
      for (let id = 71; goesOn; id += 1) await write(id);
    })();
    const chunks: Uint8Array[] = [];
    const description = await archive.save("TURNS", async (chunk) => void chunks.push(chunk));
    goesOn = false;
    await load;
    // Of the size that a file of it is read in, not as they came.
    const whole = Buffer.concat(chunks);
    async function* pieces() {
      for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
    }

    const there = await archiveAt(fresh.url);
    await there.restore("TURNS", description, pieces());
    const restored = await busAt(fresh.url);
    const after = await restored.read("TURNS", SUBJECT, {
      messagesMax: 1_000,
      deadlineMs: UNHURRIED_MS,
    });
    expect(after.slice(0, 70)).toEqual(before.slice(0, 70));
    expect(after.map(({ sequence }) => sequence)).toEqual(after.map((_, at) => at + 1));
    // An id is remembered: who sends a turn again because nobody answered does not double it.
    const again = await restored.append(
      "TURNS",
      SUBJECT,
      { id: 60 },
      {
        id: "t60",
        deadlineMs: UNHURRIED_MS,
      },
    );
    expect(again).toEqual({ sequence: 60, duplicate: true });
    const places: number[] = [];
    const goneOn = await restored.consume(
      "TURNS",
      async ({ sequence }) => void places.push(sequence),
      { durable: "reader", inFlightMax: 4 },
    );
    onTestFinished(() => void goneOn.close());
    const untaken = Array.from({ length: 10 }, (_, at) => 61 + at);
    await eventually(() => expect(places).toEqual(expect.arrayContaining(untaken)), {
      withinMs: 30_000,
    });
    expect(places).not.toContain(1);

    await expect(there.restore("TURNS", description, pieces())).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringMatching(/TURNS holds \d+ messages/),
    });
  });

  test("a server that services speak at is known to be in use", async () => {
    const archive = await archiveAt(old.url);
    expect(await archive.isInUse()).toBe(false);
    const bus = await busAt(old.url);
    const timer = setInterval(() => bus.publish("lilux.replicas.router", {}), 50);
    onTestFinished(() => clearInterval(timer));
    expect(await archive.isInUse()).toBe(true);
  });
});
