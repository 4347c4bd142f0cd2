import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePorts, isPortFree } from "./free-ports.ts";

test("free ports are all different, and none is one that the system gives out by itself", async () => {
  const ports = await freePorts(200);
  expect(new Set(ports).size).toBe(200);
  const file = "/proc/sys/net/ipv4/ip_local_port_range";
  const text = existsSync(file) ? readFileSync(file, "utf8") : "32768 65535";
  const [low = 0, high = 0] = text.trim().split(/\s+/).map(Number);
  expect(ports.filter((port) => port >= low && port <= high)).toEqual([]);
});

test("a port that somebody listens on is not free, and is free again once they stopped", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await isPortFree(port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isPortFree(port)).toBe(true);
});
