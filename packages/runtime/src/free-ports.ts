import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Below are the well-known ports of other programs. */
const LOWEST = 10_000;
const HIGHEST = 65_535;
/** Where Linux begins by default to give out ports by itself. */
const GIVEN_OUT_FROM = 32_768;
const TRIES_PER_PORT = 100;

/**
 * So many ports of 127.0.0.1 that nobody listens on, all different. They are
 * taken from below those that the system gives out by itself, to outgoing
 * connections and to whoever listens on port 0: between now and the moment
 * one is bound, only somebody who asks for that very port can take it.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  const { from, to } = ownRange();
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > count * TRIES_PER_PORT) throw new Error(`no ${count} free ports on 127.0.0.1`);
    const port = randomInt(from, to + 1);
    if (!ports.has(port) && (await isPortFree(port))) ports.add(port);
  }
  return [...ports];
}

/** Whether one could listen there now. 0 is always free: the system chooses. */
export async function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once("error", () => resolve(false));
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

function ownRange(): { from: number; to: number } {
  const [low, high] = givenOut();
  if (low - LOWEST >= 1_000) return { from: LOWEST, to: low - 1 };
  return high < HIGHEST - 1_000 ? { from: high + 1, to: HIGHEST } : { from: LOWEST, to: HIGHEST };
}

function givenOut(): readonly [number, number] {
  try {
    const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    const [low = GIVEN_OUT_FROM, high = HIGHEST] = text.trim().split(/\s+/).map(Number);
    return [low, high];
  } catch {
    return [GIVEN_OUT_FROM, HIGHEST];
  }
}
