import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import { createParser, Deployment, LiluxError, type Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { Bus, StreamMessage } from "./bus.ts";
import { subjects } from "./subjects.ts";

export interface DeploymentBookDeps {
  bus: Pick<Bus, "read">;
  clock: Clock;
  logger: Log;
}

/** Which models answer tenants: the stream DEPLOYMENTS, read when a tenant is first asked for and then kept up. */
export interface DeploymentBook {
  /** What is known now; begins to read what is not, and never waits. */
  of(tenant: Tenant): Deployment | undefined;
  /** Another one was announced. */
  changed(tenant: Tenant): void;
}

const TENANTS_MAX = 4_096;
const READ_MAX = 8;
const READ_DEADLINE_MS = 5_000;
/** An announcement that was lost is made up for within this time. */
const FRESH_MS = 30_000;
const RETRY_MS = 2_000;

interface Held {
  deployment: Deployment | undefined;
  readAt: number;
  reading: boolean;
  isAsked: boolean;
}

const parser = createParser(Deployment, "a deployment", "internal");

export function createDeploymentBook({ bus, clock, logger }: DeploymentBookDeps): DeploymentBook {
  const held = new LRUCache<string, Held>({ max: TENANTS_MAX });

  async function read(tenant: Tenant, hold: Held): Promise<void> {
    hold.isAsked = true;
    if (hold.reading) return;
    hold.reading = true;
    try {
      while (hold.isAsked) {
        hold.isAsked = false;
        const messages = await bus.read("DEPLOYMENTS", subjects.deployment(tenant), {
          messagesMax: READ_MAX,
          deadlineMs: READ_DEADLINE_MS,
        });
        hold.deployment = newestOf(messages) ?? hold.deployment;
        hold.readAt = clock.monotonic();
      }
    } catch (thrown) {
      // What was known goes on counting.
      hold.readAt = clock.monotonic() - FRESH_MS + RETRY_MS;
      logger.warn({ tenant, err: LiluxError.from(thrown) }, "deployment not read");
    } finally {
      hold.reading = false;
    }
  }

  return {
    of(tenant) {
      const known = held.get(tenant);
      const hold = known ?? { ...NOTHING };
      if (known === undefined) held.set(tenant, hold);
      const isStale = clock.monotonic() - hold.readAt > FRESH_MS;
      if (isStale && !hold.reading) void read(tenant, hold);
      return hold.deployment;
    },
    changed(tenant) {
      const hold = held.peek(tenant);
      if (hold !== undefined) void read(tenant, hold);
    },
  };
}

const NOTHING: Held = {
  deployment: undefined,
  readAt: Number.NEGATIVE_INFINITY,
  reading: false,
  isAsked: false,
};

/** A change that a newer version of Lilux wrote is passed over. */
function newestOf(messages: readonly StreamMessage[]): Deployment | undefined {
  return messages
    .flatMap(({ body }) => (parser.is(body) ? [body] : []))
    .reduce<Deployment | undefined>(
      (newest, one) => (newest === undefined || one.revision >= newest.revision ? one : newest),
      undefined,
    );
}
