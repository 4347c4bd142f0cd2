import { type ErrorCode, LiluxError } from "@lilux/protocol";
import type { KiwiClient } from "../kiwi-api.ts";

type ConnectTo = (address: string) => Promise<KiwiClient>;

/** Whoever is asked first may be wrong about it, and so may be the one that it names. */
const HOPS_MAX = 3;
/** Whose owner is remembered; of others it is asked anew. */
const TENANTS_MAX = 10_000;
/** Connections beyond these are closed as soon as nobody uses them. */
const CLIENTS_MAX = 16;

/** It is gone, or sleeps: whoever the name leads to knows whether another one has taken over. */
const SILENT: ReadonlySet<string> = new Set<ErrorCode>(["kiwi_unavailable", "deadline_exceeded"]);

interface Held {
  client: Promise<KiwiClient>;
  calls: number;
}

/**
 * Calls whoever serves a tenant among several tool cores. One that does not refuses before it does anything, and
 * names the one that does (`library_unreachable` with `details.owner`): that one is asked, and from then on
 * first. One that is gone is forgotten, and the next call asks whoever the name leads to. A call is never sent
 * twice to where it may have been begun.
 */
export function followOwner(first: KiwiClient, connectTo: ConnectTo): KiwiClient {
  const owners = new Map<string, string>();
  const clients = new Map<string, Held>();

  function remember(tenant: string, owner: string): void {
    owners.delete(tenant);
    owners.set(tenant, owner);
    for (const [oldest] of owners) {
      if (owners.size <= TENANTS_MAX) return;
      owners.delete(oldest);
    }
  }

  function borrow(address: string): Held & Disposable {
    const held = clients.get(address) ?? { client: connectTo(address), calls: 0 };
    // The one that was used last stands last.
    clients.delete(address);
    clients.set(address, held);
    held.calls += 1;
    return {
      ...held,
      [Symbol.dispose]() {
        held.calls -= 1;
        closeSurplus();
      },
    };
  }

  function closeSurplus(): void {
    for (const [address, { client, calls }] of clients) {
      if (clients.size <= CLIENTS_MAX) return;
      if (calls > 0) continue;
      clients.delete(address);
      void client.then((idle) => idle.close());
    }
  }

  /** Where to ask instead, after a refusal; throws what the caller is told. */
  function nextOf(tenant: string, thrown: unknown, hops: number): string {
    const error = LiluxError.from(thrown);
    if (SILENT.has(error.code)) owners.delete(tenant);
    const owner = ownerOf(error);
    if (owner === undefined) throw thrown;
    // Where tool cores are called is nothing that people need to know.
    if (hops >= HOPS_MAX) throw new LiluxError("library_unreachable", { message: error.message });
    remember(tenant, owner);
    return owner;
  }

  async function ask<T>(tenant: string, call: (client: KiwiClient) => Promise<T>): Promise<T> {
    let owner = owners.get(tenant);
    for (let hops = 1; ; hops += 1) {
      try {
        if (owner === undefined) return await call(first);
        using held = borrow(owner);
        return await call(await held.client);
      } catch (error) {
        owner = nextOf(tenant, error, hops);
      }
    }
  }

  return {
    search: (asked, options) => ask(asked.tenant, (client) => client.search(asked, options)),
    load: (asked, options) => ask(asked.tenant, (client) => client.load(asked, options)),
    async *execute(asked, options) {
      let owner = owners.get(asked.tenant);
      for (let hops = 1; ; hops += 1) {
        let hasBegun = false;
        try {
          using held = owner === undefined ? undefined : borrow(owner);
          const client = (await held?.client) ?? first;
          for await (const event of client.execute(asked, options)) {
            hasBegun = true;
            yield event;
          }
          return;
        } catch (error) {
          if (hasBegun) throw error;
          owner = nextOf(asked.tenant, error, hops);
        }
      }
    },
    discover: (asked, options) => ask(asked.tenant, (client) => client.discover(asked, options)),
    listItems: (asked, options) => ask(asked.tenant, (client) => client.listItems(asked, options)),
    recallRun: (asked, options) => ask(asked.tenant, (client) => client.recallRun(asked, options)),
    registry: (asked, options) => ask(asked.tenant, (client) => client.registry(asked, options)),
    readArtifact: (asked, options) =>
      ask(asked.tenant, (client) => client.readArtifact(asked, options)),
    secrets: (asked, options) => ask(asked.tenant, (client) => client.secrets(asked, options)),
    library: (asked, options) => ask(asked.tenant, (client) => client.library(asked, options)),
    connected: () => first.connected(),
    async close() {
      await first.close();
      await Promise.all([...clients.values()].map(async ({ client }) => (await client).close()));
    },
  };
}

function ownerOf({ code, details }: LiluxError): string | undefined {
  const owner = code === "library_unreachable" ? details?.["owner"] : undefined;
  return typeof owner === "string" ? owner : undefined;
}
