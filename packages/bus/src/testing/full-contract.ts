import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Bus } from "../bus.ts";
import { subjects } from "../subjects.ts";
import type { BusHarness } from "./harness.ts";

const READ = { messagesMax: 10_000, deadlineMs: 5_000 };
const LONG = { withinMs: 20_000 };
/** More than fit into 512 KiB. */
const FLOOD = 400;
const BODY = "x".repeat(2_000);

interface Flooded {
  stored: string[];
  refused: string[];
}

/** As a tenant that does not care whether it is refused. */
async function flood(bus: Bus, subject: string, prefix = "f"): Promise<Flooded> {
  const outcome: Flooded = { stored: [], refused: [] };
  for (let number = 0; number < FLOOD; number += 1) {
    const id = `${prefix}${number}`;
    try {
      await bus.append("TURNS", subject, { id, BODY }, { id: `${subject}/${id}` });
      outcome.stored.push(id);
    } catch (error) {
      expect(error).toMatchObject({ code: "storage_full" });
      outcome.refused.push(id);
    }
  }
  return outcome;
}

async function idsIn(bus: Bus, subject: string): Promise<unknown[]> {
  const messages = await bus.read("TURNS", subject, READ);
  return messages.map(({ body }) => (body as { id: unknown }).id);
}

/** What a stream does that may not drop what it acknowledged. */
export function registerFullContract(create: () => Promise<BusHarness>): void {
  async function openSmall() {
    const harness = await create();
    const { buses, dispose } = await harness.openSmall();
    onTestFinished(async () => {
      await dispose();
      await harness.dispose();
    });
    return buses;
  }

  // Mutants: `full: "drop-oldest"` of EVENTS; a weight that is not handed on.
  test("who floods what may be dropped is refused before anything of the others goes, and holds more by weight", async () => {
    const [bus] = await openSmall();
    const event = (tenant: string, id: string) => subjects.event(testTenant(tenant), id);
    const store = (tenant: string, id: string, weight?: number) =>
      bus.append("EVENTS", event(tenant, id), { id, BODY }, { id: `${tenant}/${id}`, weight });
    const floodEvents = async (tenant: string, weight?: number): Promise<number> => {
      let taken = 0;
      for (let number = 0; number < FLOOD; number += 1) {
        const outcome = await store(tenant, `e${number}`, weight).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "storage_full" });
        });
        if (outcome !== undefined) taken += 1;
      }
      return taken;
    };
    await store("quiet", "before");
    const heavy = await floodEvents("heavy", 4);
    const light = await floodEvents("light");
    expect(heavy).toBeLessThan(FLOOD);
    expect(heavy).toBeGreaterThan(3 * light);
    expect(light).toBeGreaterThan(3);
    await store("quiet", "after");
    for (const id of ["before", "after"]) {
      expect(await bus.read("EVENTS", event("quiet", id), READ)).toHaveLength(1);
    }
  }, 60_000);

  // Mutants: `full: "drop-oldest"` of TURNS; `hasRoomForTenant` answering true while anything is free.
  test("what was acknowledged stays, whoever floods the stream, and others are taken meanwhile", async () => {
    const [bus, other] = await openSmall();
    const quiet = subjects.turn(testTenant("quiet"), "s");
    const store = (on: Bus, id: string) => on.append("TURNS", quiet, { id }, { id });
    await store(bus, "before");
    const first = await flood(bus, subjects.turn(testTenant("flood"), "s1"));
    expect(first.refused.length).toBeGreaterThan(50);
    for (const id of ["a", "b", "c"]) await store(bus, id);
    // Another gateway knows who holds how much as well, after a look at the stream.
    const looked = ({ messages }: { messages: number }): boolean => messages >= first.stored.length;
    await eventually(() => other.streams().some(looked), LONG);
    const second = await flood(other, subjects.turn(testTenant("flood"), "s2"), "g");
    expect(second.stored.length).toBeLessThan(FLOOD / 10);
    // A second tenant has a share of what is left, and leaves some too.
    const third = await flood(other, subjects.turn(testTenant("late"), "s"), "h");
    expect(third.stored.length).toBeGreaterThan(5);
    expect(third.refused.length).toBeGreaterThan(50);
    for (const id of ["d", "e"]) await store(other, id);
    expect(await idsIn(bus, quiet)).toEqual(["before", "a", "b", "c", "d", "e"]);
    expect(await idsIn(bus, subjects.turn(testTenant("flood"), "s1"))).toEqual(first.stored);
    expect(await idsIn(bus, subjects.turn(testTenant("late"), "s"))).toEqual(third.stored);
    const turns = await eventually(() => bus.streams().find(({ name }) => name === "TURNS"), LONG);
    expect(turns).toMatchObject({ bytesMax: 512 * 1024, replicas: 1, differs: [] });
  }, 60_000);
}
