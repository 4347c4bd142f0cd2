import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { Host } from "./read-host.ts";
import {
  type AddressRules,
  comparableAddress,
  reasonAgainstAddress,
} from "./reason-against-address.ts";

/** What holds for every script of this installation. */
export interface EgressOptions {
  /** Names or addresses of the deployment's own servers. */
  deploymentHosts: readonly string[];
  /** Private networks that the operator lets scripts into, as 10.20.0.0/16. */
  privateNetworks: readonly string[];
  /** All addresses of a name; the system's unless a test gives another. */
  resolve?: ((name: string) => Promise<readonly string[]>) | undefined;
  /** Opens a connection to an address; the system's unless a test gives another. */
  dial?: ((address: string, port: number) => Socket) | undefined;
}

/** Where a connection may go, decided once. */
export type Egress = { addresses: readonly string[] } | { reason: string };

export interface EgressRules {
  /**
   * Resolves a name and judges every address of it. Whoever connects uses these
   * addresses and resolves nothing again, so that the answer cannot change in between.
   */
  find(host: Host): Promise<Egress>;
  dial(address: string, port: number): Socket;
}

const RESOLVE_MS_MAX = 5_000;
/** How long the deployment's own addresses are taken to stay the same. */
const OWN_KEPT_MS = 30_000;
const ADDRESSES_MAX = 16;

export function createEgressRules(
  options: EgressOptions,
  now: () => number = () => performance.now(),
): EgressRules {
  const resolve = options.resolve ?? resolveBySystem;
  const dial = options.dial ?? ((address, port) => connect({ host: address, port }));
  let own: { addresses: Promise<Set<string>>; until: number } | undefined;

  async function ownAddresses(): Promise<Set<string>> {
    if (own === undefined || own.until < now()) {
      own = { addresses: findOwn(options.deploymentHosts, resolve), until: now() + OWN_KEPT_MS };
    }
    return own.addresses;
  }

  return {
    dial,
    async find({ name }) {
      if (options.deploymentHosts.includes(name)) return { reason: "leads to this installation" };
      const addresses = await within(resolve(name)).catch(() => []);
      if (addresses.length === 0) return { reason: "is a name that nobody knows" };
      const { privateNetworks } = options;
      const rules: AddressRules = { own: await ownAddresses(), privateNetworks };
      // One that must not be reached, and the name is not to be trusted with the others either.
      for (const address of addresses) {
        const reason = reasonAgainstAddress(address, rules);
        if (reason !== undefined) return { reason };
      }
      return { addresses: addresses.slice(0, ADDRESSES_MAX) };
    },
  };
}

async function resolveBySystem(name: string): Promise<string[]> {
  return (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);
}

/** Of this machine's interfaces, and of the servers it works with. */
async function findOwn(
  hosts: readonly string[],
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<Set<string>> {
  const ofMachine = Object.values(networkInterfaces()).flatMap((interfaces) =>
    (interfaces ?? []).map(({ address }) => address),
  );
  const resolved = await Promise.all(
    hosts.map(async (host) =>
      comparableAddress(host) === undefined ? within(resolve(host)).catch(() => []) : [host],
    ),
  );
  return new Set(
    [...ofMachine, ...resolved.flat()].flatMap((address) => comparableAddress(address) ?? []),
  );
}

async function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer in time")), RESOLVE_MS_MAX);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
