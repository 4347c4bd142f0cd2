import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  describeWithServer,
  startNatsServer,
  type TemporaryDirectory,
  type TestServer,
  temporaryDirectory,
  testTenant,
} from "@lilux/testkit";
import { connect, errors, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bus, StreamName } from "../bus.ts";
import { connectNatsBus } from "../nats/connect-nats-bus.ts";
import { STREAMS } from "../streams.ts";
import { subjectMatches } from "../subject-matches.ts";
import { subjects } from "../subjects.ts";
import { BUS_ACCESS, BUS_SERVICES, type BusAccess, type BusService } from "./bus-access.ts";
import { inboxPrefix } from "./inbox-prefix.ts";
import { NATS_OPERATOR, type NatsUser, natsUsers } from "./nats-users.ts";

const TENANT = "acme";
const SESSION = "session-1";
const passwordOf = (user: NatsUser): string => `password-of-${user}`;

/** Every subject that Lilux has a builder for; the compiler misses one that is new. */
const BUILT: Readonly<
  Record<
    Exclude<
      keyof typeof subjects,
      "ofAll" | "ofAllTenants" | "keystrokesTo" | "deletions" | "approvalAnswers"
    >,
    string
  >
> = {
  keystroke: subjects.keystroke(testTenant(TENANT), SESSION),
  keystrokeTo: subjects.keystrokeTo("router-7", testTenant(TENANT), SESSION),
  turn: subjects.turn(testTenant(TENANT), SESSION),
  turnNews: subjects.turnNews(testTenant(TENANT), SESSION),
  event: subjects.event(testTenant(TENANT), SESSION),
  handover: subjects.handover(testTenant(TENANT), SESSION),
  approval: subjects.approval(testTenant(TENANT)),
  approvalAnswer: subjects.approvalAnswer(testTenant(TENANT), "gateway-1"),
  context: subjects.context(testTenant(TENANT), SESSION),
  interaction: subjects.interaction(testTenant(TENANT)),
  audit: subjects.audit(testTenant(TENANT)),
  call: subjects.call(testTenant(TENANT), "name"),
  library: subjects.library(testTenant(TENANT)),
  embed: subjects.embed(testTenant(TENANT)),
  lesson: subjects.lesson(testTenant(TENANT)),
  habit: subjects.habit(testTenant(TENANT)),
  learnt: subjects.learnt(testTenant(TENANT)),
  phrasing: subjects.phrasing(testTenant(TENANT)),
  teach: subjects.teach(testTenant(TENANT)),
  flywheel: subjects.flywheel(testTenant(TENANT)),
  deployment: subjects.deployment(testTenant(TENANT)),
  deployed: subjects.deployed(testTenant(TENANT)),
  trial: subjects.trial(testTenant(TENANT)),
  deletion: subjects.deletion(testTenant(TENANT), "kiwi"),
  gone: subjects.gone(testTenant(TENANT)),
  replicas: subjects.replicas("router"),
};
const OURS = Object.values(BUILT);

/** What a service that was taken over would try. */
const WIDE = [">", "lilux.>", "lilux.v1.>", "lilux.v1.acme.>", "$JS.>", "$SYS.>", "_INBOX.>"];

const STREAM_NAMES = Object.keys(STREAMS) as StreamName[];
const JETSTREAM = STREAM_NAMES.flatMap((stream) => [
  ...["CREATE", "UPDATE", "INFO", "DELETE", "PURGE", "MSG.GET", "MSG.DELETE", "SNAPSHOT"].map(
    (what) => `$JS.API.STREAM.${what}.${stream}`,
  ),
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.thief`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.thief`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.reader`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.context-warmer`,
  `$JS.API.CONSUMER.DELETE.${stream}.context-warmer`,
  `$JS.ACK.${stream}.context-warmer.1.1.1.1.1`,
  `$JS.ACK.${stream}.another.1.1.1.1.1`,
]);

const INBOXES = BUS_SERVICES.map((service) => `${inboxPrefix(service)}.x.y`);

/** Whether the table, read literally, lets a service send on a subject. */
function maySend(service: BusService, subject: string): boolean {
  const access: BusAccess = BUS_ACCESS[service];
  if (access.sends.some((pattern) => subjectMatches(pattern, subject))) return true;
  return STREAM_NAMES.some((stream) => {
    const own = access.consumes.filter((consumed) => consumed.stream === stream);
    return (
      (access.keeps.includes(stream) &&
        new RegExp(`^\\$JS\\.API\\.STREAM\\.(CREATE|UPDATE|INFO|PURGE)\\.${stream}$`).test(
          subject,
        )) ||
      (access.reads.includes(stream) &&
        new RegExp(
          `^\\$JS\\.API\\.CONSUMER\\.(CREATE\\.${stream}$|(INFO|MSG\\.NEXT|DELETE)\\.${stream}\\.)`,
        ).test(subject)) ||
      own.some(
        ({ durable }) =>
          subject.startsWith(`$JS.ACK.${stream}.${durable}.`) ||
          new RegExp(
            `^\\$JS\\.API\\.CONSUMER\\.(CREATE|DURABLE\\.CREATE|INFO|MSG\\.NEXT)\\.${stream}\\.${durable}$`,
          ).test(subject),
      )
    );
  });
}

function mayHear(service: BusService, subject: string, queue: string | undefined): boolean {
  const access: BusAccess = BUS_ACCESS[service];
  if (subjectMatches(`${inboxPrefix(service)}.>`, subject)) return true;
  return access.hears.some(
    (heard) =>
      subjectMatches(heard.subject, subject) &&
      (heard.queue === undefined || heard.queue === queue),
  );
}

describeWithServer("the bus's users", "nats", () => {
  let folder: TemporaryDirectory;
  let server: TestServer;
  const connections = new Map<NatsUser, NatsConnection>();
  const denials = new Map<NatsUser, string[]>();

  beforeAll(async () => {
    folder = await temporaryDirectory();
    const configFile = join(folder.path, "nats.conf");
    await writeFile(
      configFile,
      natsUsers((user) => JSON.stringify(passwordOf(user))),
    );
    server = await startNatsServer({ configFile, jetStreamDirectory: folder.path });
    const keeper = await openBus("gateway");
    await keeper.drain();
    for (const user of [...BUS_SERVICES, NATS_OPERATOR] as const) {
      const connection = await connect({ servers: server.url, user, pass: passwordOf(user) });
      connections.set(user, connection);
      const denied: string[] = [];
      denials.set(user, denied);
      void (async () => {
        for await (const status of connection.status()) {
          if (status.type !== "error") continue;
          if (status.error instanceof errors.PermissionViolationError) {
            denied.push(`${status.error.operation} ${status.error.subject}`);
          }
        }
      })();
    }
  });

  afterAll(async () => {
    for (const connection of connections.values()) await connection.close();
    await server.stop();
    await folder.remove();
  });

  function openBus(user: NatsUser): Promise<Bus> {
    const password = passwordOf(user);
    return connectNatsBus({ url: server.url, name: user, user, password, drainWithinMs: 500 });
  }

  /** What the server denied while `work` was done; it has seen all of it by then. */
  async function deniedBy(
    user: NatsUser,
    work: (connection: NatsConnection) => void,
  ): Promise<boolean> {
    const connection = connections.get(user);
    const denied = denials.get(user);
    if (connection === undefined || denied === undefined) throw new Error(`no ${user}`);
    denied.length = 0;
    work(connection);
    await connection.flush();
    // The status is handed out in a later turn of the loop than the flush's answer.
    await new Promise((resolve) => setImmediate(resolve));
    return denied.length > 0;
  }

  // Mutants: a list left out of permissionsOf; `>` put into one.
  test.each(BUS_SERVICES)("%s may send what the table lists, and nothing else", async (service) => {
    const wrong: string[] = [];
    for (const subject of [...OURS, ...JETSTREAM, ...INBOXES, "$SYS.REQ.SERVER.PING", "other"]) {
      const denied = await deniedBy(service, (connection) => connection.publish(subject));
      if (denied === maySend(service, subject))
        wrong.push(`${subject} ${denied ? "denied" : "taken"}`);
    }
    expect(wrong).toEqual([]);
  });

  // Mutant: the queue left out of a subscription's permission.
  test.each(BUS_SERVICES)("%s may hear what the table lists, and nothing else", async (service) => {
    const wrong: string[] = [];
    const wanted = [...OURS, ...STREAM_NAMES.flatMap((name) => STREAMS[name].subjects), ...WIDE];
    for (const subject of [...wanted, ...JETSTREAM, ...INBOXES]) {
      for (const queue of [undefined, "router", "thief"]) {
        const denied = await deniedBy(service, (connection) => {
          const options = queue === undefined ? {} : { queue };
          connection.subscribe(subject, { ...options, callback: () => undefined }).unsubscribe();
        });
        const may = WIDE.includes(subject) ? false : mayHear(service, subject, queue);
        if (denied === may) wrong.push(`${subject} ${queue ?? ""} ${denied ? "denied" : "taken"}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  // Mutant: a builder in subjects.ts without a line of the table.
  test("every subject that Lilux has is sent by somebody and heard or kept by somebody, by the table", () => {
    const unnamed = Object.entries(BUILT).filter(([, subject]) => {
      const sent = BUS_SERVICES.some((service) => maySend(service, subject));
      const queues = [undefined, ...BUS_SERVICES];
      const heard = BUS_SERVICES.some((service) =>
        queues.some((queue) => mayHear(service, subject, queue)),
      );
      const kept = STREAM_NAMES.some((name) =>
        STREAMS[name].subjects.some((pattern) => subjectMatches(pattern, subject)),
      );
      return !sent || !(heard || kept);
    });
    expect(unnamed).toEqual([]);
  });

  test("who may do what is what is meant: each line a promise that others build on", () => {
    const senders = (subject: string): BusService[] =>
      BUS_SERVICES.filter((service) => maySend(service, subject));
    const hearers = (subject: string): BusService[] =>
      BUS_SERVICES.filter((service) => mayHear(service, subject, "router"));
    expect({
      hearKeystrokes: hearers(subjects.keystroke(testTenant(TENANT), SESSION)),
      sendKeystrokes: senders(subjects.keystroke(testTenant(TENANT), SESSION)),
      hearTurns: hearers(subjects.turn(testTenant(TENANT), SESSION)),
      storeTurns: senders(subjects.turn(testTenant(TENANT), SESSION)),
      storeEvents: senders(subjects.event(testTenant(TENANT), SESSION)),
      storeAudit: senders(subjects.audit(testTenant(TENANT))),
      storeInteractions: senders(subjects.interaction(testTenant(TENANT))),
      storeCalls: senders(subjects.call(testTenant(TENANT), "name")),
      tellOfTurns: senders(subjects.turnNews(testTenant(TENANT), SESSION)),
      takeSessions: senders(subjects.handover(testTenant(TENANT), SESSION)),
      warm: senders(subjects.context(testTenant(TENANT), SESSION)),
      changeStreams: senders("$JS.API.STREAM.UPDATE.EVENTS"),
      deleteStreams: senders("$JS.API.STREAM.DELETE.TURNS"),
      readTurns: senders("$JS.API.CONSUMER.CREATE.TURNS"),
      readEvents: senders("$JS.API.CONSUMER.CREATE.EVENTS"),
      readInteractions: senders("$JS.API.CONSUMER.CREATE.INTERACTIONS"),
    }).toEqual({
      hearKeystrokes: ["router"],
      sendKeystrokes: ["gateway", "orchestrator"],
      hearTurns: [],
      storeTurns: ["gateway"],
      storeEvents: ["gateway"],
      storeAudit: ["kiwi"],
      storeInteractions: ["gateway"],
      storeCalls: ["kiwi"],
      tellOfTurns: ["gateway"],
      takeSessions: ["gateway"],
      warm: ["context-warmer"],
      changeStreams: ["gateway"],
      deleteStreams: [],
      readTurns: ["gateway", "context-warmer"],
      readEvents: ["gateway"],
      readInteractions: ["gateway"],
    });
  });

  test("a connection without a user, of an unknown one, or with a wrong password is refused at once", async () => {
    const attempts = [{}, { user: "router" }, { user: "router", password: "x" }, { user: "root" }];
    for (const attempt of attempts) {
      const connecting = connectNatsBus({ url: server.url, name: "thief", ...attempt });
      await expect(connecting).rejects.toMatchObject({
        code: "config_invalid",
        message: expect.stringMatching(/nats-server refuses .*LILUX_NATS_USER/),
      });
    }
  });

  test("the operator may do everything", async () => {
    for (const subject of [...OURS, ...JETSTREAM]) {
      const denied = await deniedBy(NATS_OPERATOR, (connection) => {
        connection.subscribe(subject, { callback: () => undefined }).unsubscribe();
      });
      expect([subject, denied]).toEqual([subject, false]);
    }
  });
});
