import type { Bus, StreamMessage } from "@lilux/bus";
import { LiluxError } from "@lilux/protocol";

/** The bus of a gateway that is about to be killed: from then on nothing reaches it or leaves it. */
export function killable(bus: Bus): { bus: Bus; kill(): void } {
  let isDead = false;
  const subscriptions: { close(): Promise<void> }[] = [];
  const never = new Promise<never>(() => undefined);
  const died = Promise.withResolvers<never>();
  died.promise.catch(() => undefined);
  const keep = <T extends { close(): Promise<void> }>(subscription: T): T => {
    subscriptions.push(subscription);
    return subscription;
  };
  return {
    bus: {
      ...bus,
      publish: (...given) => {
        if (!isDead) bus.publish(...given);
      },
      append: (...given) => (isDead ? never : bus.append(...given)),
      read: (...given) => (isDead ? never : bus.read(...given)),
      respond: (...given) => keep(bus.respond(...given)),
      subscribe: (...given) => keep(bus.subscribe(...given)),
      // What it was handed goes to another, as the server does when nothing is heard of it.
      consume: async (stream, handler, options) => {
        const mortal = (message: StreamMessage) => Promise.race([handler(message), died.promise]);
        return keep(await bus.consume(stream, mortal, options));
      },
    },
    kill() {
      isDead = true;
      died.reject(new LiluxError("bus_unavailable"));
      for (const subscription of subscriptions) void subscription.close();
    },
  };
}

/** From `fail` on, what sessions were sent is not stored. */
export function failingEvents(bus: Bus): { bus: Bus; fail(): void } {
  let isFailing = false;
  return {
    bus: {
      ...bus,
      append: async (stream, ...rest) => {
        if (stream === "EVENTS" && isFailing) throw new LiluxError("bus_unavailable");
        return bus.append(stream, ...rest);
      },
    },
    fail() {
      isFailing = true;
    },
  };
}
