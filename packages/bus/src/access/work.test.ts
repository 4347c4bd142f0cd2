import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SILENT_LOG } from "@lilux/core/telemetry";
import {
  describeWithServer,
  eventually,
  startNatsServer,
  type TemporaryDirectory,
  type TestServer,
  temporaryDirectory,
  testTenant,
} from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Bus } from "../bus.ts";
import type { BusEvent } from "../bus-event.ts";
import { connectNatsBus } from "../nats/connect-nats-bus.ts";
import { announceReplica } from "../replicas/announce-replica.ts";
import { createReplicaGroup } from "../replicas/replica-group.ts";
import { subjects } from "../subjects.ts";
import { BUS_ACCESS, type BusService } from "./bus-access.ts";
import { natsUsers } from "./nats-users.ts";

const TENANT = "acme";
const SOON = { withinMs: 20_000 };
const NOW = { deadlineMs: 2_000 };

describeWithServer("services under their own users", "nats", () => {
  let folder: TemporaryDirectory;
  let server: TestServer;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    const configFile = join(folder.path, "nats.conf");
    await writeFile(
      configFile,
      natsUsers((user) => JSON.stringify(`password-of-${user}`)),
    );
    server = await startNatsServer({ configFile, jetStreamDirectory: folder.path });
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  /** The bus as that service has it, and what was denied to it. */
  async function busOf(service: BusService): Promise<{ bus: Bus; denied: object[] }> {
    const denied: object[] = [];
    const observe = (event: BusEvent): void => {
      if (event === "permission-denied") denied.push({ event });
    };
    const error = (fields: object): void => {
      if ("operation" in fields) denied.push(fields);
    };
    const bus = await connectNatsBus({
      url: server.url,
      name: service,
      user: service,
      password: `password-of-${service}`,
      drainWithinMs: 500,
      logger: { ...SILENT_LOG, error },
      observe,
    });
    onTestFinished(() => bus.drain());
    return { bus, denied };
  }

  // Mutant: a line of the table dropped, such as `consumes` of the warmer: nothing comes.
  test("all that the product does on the bus is listed, and the warmer waits for streams it may not make", async () => {
    const warmer = await busOf("context-warmer");
    const seen: unknown[] = [];
    const { stream, durable } = BUS_ACCESS["context-warmer"].consumes[0];
    const take = async ({ body }: { body: unknown }): Promise<void> => void seen.push(body);
    await warmer.bus.consume(stream, take, { durable, inFlightMax: 4 });

    const gateway = await busOf("gateway");
    const turn = subjects.turn(testTenant(TENANT), "s1");
    await gateway.bus.append("TURNS", turn, { turn: 1 }, { id: "t1" });
    await eventually(() => expect(seen).toEqual([{ turn: 1 }]), { withinMs: 10_000 });
    const read = { messagesMax: 10, deadlineMs: 2_000 };
    expect(await warmer.bus.read("TURNS", turn, read)).toHaveLength(1);
    expect(await gateway.bus.read("TURNS", turn, read)).toHaveLength(1);

    const [sweep] = BUS_ACCESS.gateway.consumes;
    const swept: unknown[] = [];
    const see = async ({ body }: { body: unknown }): Promise<void> => void swept.push(body);
    const options = { durable: sweep.durable, inFlightMax: 4, startAt: 0 };
    await gateway.bus.consume(sweep.stream, see, options);
    await eventually(() => expect(swept).toEqual([{ turn: 1 }]), SOON);

    const event = subjects.event(testTenant(TENANT), "s1");
    await gateway.bus.append("EVENTS", event, {}, { id: "e1" });
    expect(await gateway.bus.read("EVENTS", event, read)).toHaveLength(1);
    await gateway.bus.append(
      "INTERACTIONS",
      subjects.interaction(testTenant(TENANT)),
      {},
      { id: "i1" },
    );

    expect(
      await gateway.bus.read("INTERACTIONS", subjects.interaction(testTenant(TENANT)), read),
    ).toHaveLength(1);

    const contexts: string[] = [];
    gateway.bus.subscribe(
      subjects.context(testTenant(TENANT), "s1"),
      () => void contexts.push("gateway"),
    );
    gateway.bus.respond(subjects.handover(testTenant(TENANT), "s1"), async () => "given");
    const other = await busOf("gateway");
    await eventually(async () => {
      warmer.bus.publish(subjects.context(testTenant(TENANT), "s1"), {});
      expect(contexts).toContain("gateway");
      expect(await other.bus.request(subjects.handover(testTenant(TENANT), "s1"), {}, NOW)).toBe(
        "given",
      );
    }, SOON);
    expect([...warmer.denied, ...gateway.denied, ...other.denied]).toEqual([]);
  });

  // Mutant: `answers` false for the router.
  test("a router answers whoever may ask, by queue and by name, often, and hears of libraries and contexts", async () => {
    const router = await busOf("router");
    const answer = async (): Promise<string> => "here";
    router.bus.respond(subjects.ofAll("keystroke"), answer, { queue: "router" });
    router.bus.respond(subjects.keystrokesTo("r1"), answer);
    router.bus.respond(subjects.ofAllTenants("embed"), answer, { queue: "router" });
    const heard = new Set<string>();
    router.bus.subscribe(subjects.ofAllTenants("library"), () => void heard.add("library"));
    router.bus.subscribe(subjects.ofAll("context"), () => void heard.add("context"));
    onTestFinished(announceReplica(router.bus, { group: "router", replica: "r1" }));

    const kiwi = await busOf("kiwi");
    const warmer = await busOf("context-warmer");
    const gateway = await busOf("gateway");
    const orchestrator = await busOf("orchestrator");
    await eventually(async () => {
      kiwi.bus.publish(subjects.library(testTenant(TENANT)), {});
      warmer.bus.publish(subjects.context(testTenant(TENANT), "s1"), {});
      expect(await kiwi.bus.request(subjects.embed(testTenant(TENANT)), {}, NOW)).toBe("here");
      expect([...heard].sort()).toEqual(["context", "library"]);
    }, SOON);
    await kiwi.bus.append("AUDIT", subjects.audit(testTenant(TENANT)), {}, { id: "a1" });
    for (const { bus } of [gateway, orchestrator]) {
      const asked: (string | undefined)[] = [];
      const routers = createReplicaGroup("router", { bus });
      onTestFinished(() => routers.close());
      const subjectOf = (replica: string | undefined): string => {
        asked.push(replica);
        return replica === undefined
          ? subjects.keystroke(testTenant(TENANT), "s1")
          : subjects.keystrokeTo(replica, testTenant(TENANT), "s1");
      };
      await eventually(async () => {
        expect(await routers.request({ subjectOf, body: {}, options: NOW })).toBe("here");
        expect(asked).toEqual(expect.arrayContaining([undefined, "r1"]));
      }, SOON);
      for (let number = 0; number < 200; number += 1) {
        expect(
          await bus.request(subjects.keystroke(testTenant(TENANT), "s1"), { number }, NOW),
        ).toBe("here");
      }
    }
    const parts = [router, kiwi, warmer, gateway, orchestrator];
    expect(parts.flatMap(({ denied }) => denied)).toEqual([]);
  });

  // Mutant: a link that passes over permission errors.
  test("what is denied is told: in the log with its subject, counted, and as an error to who waits", async () => {
    const { bus, denied } = await busOf("kiwi");
    bus.publish(subjects.keystroke(testTenant(TENANT), "s1"), {});
    bus.subscribe(subjects.ofAll("keystroke"), () => undefined);
    const append = bus.append("TURNS", subjects.turn(testTenant(TENANT), "s1"), {}, { id: "x" });
    await expect(append).rejects.toMatchObject({ code: "internal" });
    const ask = bus.request(subjects.handover(testTenant(TENANT), "s1"), {}, NOW);
    await expect(ask).rejects.toMatchObject({ code: "internal" });
    const said = (operation: string, subject: string): object =>
      expect.objectContaining({ operation, subject });
    await eventually(
      () =>
        expect(denied).toEqual(
          expect.arrayContaining([
            { event: "permission-denied" },
            said("publish", subjects.keystroke(testTenant(TENANT), "s1")),
            said("subscription", subjects.ofAll("keystroke")),
            said("publish", subjects.turn(testTenant(TENANT), "s1")),
          ]),
        ),
      SOON,
    );
  });
});
