import { once } from "node:events";
import type { Socket } from "node:net";
import type { EgressRules } from "./egress-rules.ts";

const CONNECT_MS_MAX = 10_000;
const TRIES_MAX = 3;

/** A connection to the first of the addresses that takes one; undefined when none of three does. */
export async function dialFirst(
  { dial }: EgressRules,
  addresses: readonly string[],
  port: number,
): Promise<Socket | undefined> {
  for (const address of addresses.slice(0, TRIES_MAX)) {
    const socket = dial(address, port);
    try {
      await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_MS_MAX) });
      return socket;
    } catch {
      socket.on("error", () => undefined);
      socket.destroy();
    }
  }
  return undefined;
}
