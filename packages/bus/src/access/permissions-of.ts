import type { StreamName } from "../bus.ts";
import { BUS_ACCESS, type BusAccess, type BusService, type Consumed } from "./bus-access.ts";
import { inboxPrefix } from "./inbox-prefix.ts";

/** What a user of NATS may do, as its configuration writes it. `subscribe` may name a queue after the subject. */
export interface NatsPermissions {
  publish: readonly string[];
  subscribe: readonly string[];
  /** May answer each message it was sent once, wherever the asker wants it. */
  answers: boolean;
}

/** A service's line of the table in the words of NATS and JetStream. */
export function permissionsOf(service: BusService): NatsPermissions {
  const access: BusAccess = BUS_ACCESS[service];
  return {
    publish: [
      ...access.sends,
      ...access.keeps.flatMap(keeping),
      ...access.reads.flatMap(reading),
      ...access.consumes.flatMap(consuming),
    ],
    subscribe: [
      `${inboxPrefix(service)}.>`,
      ...access.hears.map(({ subject, queue }) =>
        queue === undefined ? subject : `${subject} ${queue}`,
      ),
    ],
    answers: access.answers,
  };
}

function keeping(stream: StreamName): string[] {
  return ["CREATE", "UPDATE", "INFO", "PURGE"].map((what) => `$JS.API.STREAM.${what}.${stream}`);
}

/** A reader is a consumer that the server names and that goes when it was read. */
function reading(stream: StreamName): string[] {
  return [
    `$JS.API.CONSUMER.CREATE.${stream}`,
    ...["INFO", "MSG.NEXT", "DELETE"].map((what) => `$JS.API.CONSUMER.${what}.${stream}.*`),
  ];
}

function consuming({ stream, durable }: Consumed): string[] {
  return [
    ...["CREATE", "DURABLE.CREATE", "INFO", "MSG.NEXT"].map(
      (what) => `$JS.API.CONSUMER.${what}.${stream}.${durable}`,
    ),
    `$JS.ACK.${stream}.${durable}.>`,
  ];
}
