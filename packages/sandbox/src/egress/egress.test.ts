import { once } from "node:events";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createByteBudget } from "./byte-budget.ts";
import { openEgressProxy } from "./egress-proxy.ts";
import { createEgressRules } from "./egress-rules.ts";
import { readHost } from "./read-host.ts";

// Mutant: answer no reason for names, and numbers are hosts.
it.each([
  ["127.0.0.1:80", "is an address"],
  ["2130706433:80", "is an address"],
  ["0x7f.1:80", "is an address"],
  ["0177.0.0.1:80", "is an address"],
  ["example.0x7f000001:80", "is an address"],
  ["[::1]:80", "is an address"],
  ["::1:80", "is an address"],
  ["api.example.test%00:80", "is an address"],
  ["localhost:80", "is a name of this machine"],
  ["localhost.:80", "is a name of this machine"],
  ["deep.LocalHost:80", "is a name of this machine"],
  ["nats:4222", "is a name of this machine"],
  ["user@api.example.test:80", "is no host's name"],
  ["api..example.test:80", "is no host's name"],
  ["-a.example.test:80", "is no host's name"],
  ["１２７.example.test:80", "is no host's name"],
  [`${"a".repeat(64)}.example.test:80`, "is no host's name"],
  ["api.example.test", "has no port"],
  ["api.example.test:0", "has no port"],
  ["api.example.test:65536", "has no port"],
])("%j is no host to connect to", (authority, reason) => {
  expect(readHost(authority, undefined)).toEqual({ reason: expect.stringContaining(reason) });
});

it.each([
  ["API.Example.test.:443", { name: "api.example.test", port: 443 }],
  ["xn--bcher-kva.example:8443", { name: "xn--bcher-kva.example", port: 8443 }],
  ["1.example.test:80", { name: "1.example.test", port: 80 }],
])("%j is one", (authority, host) => {
  expect(readHost(authority, undefined)).toEqual(host);
});

it("what is beyond the bytes of a run ends its connections, and so does all that comes later", () => {
  let ended = 0;
  const budget = createByteBudget(10, () => {
    ended += 1;
  });
  budget.spend(10);
  expect(ended).toBe(0);
  budget.spend(1);
  budget.spend(1);
  expect(ended).toBe(2);
});

// Mutant: `maxConnections` left unset.
it("a script holds so many connections and no more, and closing the proxy ends them", async () => {
  const far = createServer((socket) => void socket.on("error", () => undefined));
  far.listen(0, "127.0.0.1");
  await once(far, "listening");
  const address = far.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const rules = createEgressRules({
    deploymentHosts: [],
    privateNetworks: [],
    resolve: async () => ["93.184.216.34"],
    dial: () => connect({ host: "127.0.0.1", port }),
  });
  const access = { refuses: () => undefined };
  const proxy = await openEgressProxy(access, { rules, openToOthers: false });
  const clients = Array.from({ length: 40 }, () => {
    const client = connect(proxy.socketPath);
    client.on("error", () => undefined);
    client.write("CONNECT api.example.test:443 HTTP/1.1\r\n\r\n");
    return client;
  });
  const answers = clients.map((client) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const ended = new Promise<void>((over) => client.once("close", () => over()));
    client.once("data", (chunk: Buffer) => resolve(chunk.toString().split("\r\n")[0] ?? ""));
    client.once("close", () => resolve("closed"));
    return promise.then((first) => ({ first, ended }));
  });
  const outcomes = await Promise.all(answers);
  const open = outcomes.filter(({ first }) => first === "HTTP/1.1 200 Connection established");
  expect(open).toHaveLength(32);
  await proxy.close();
  await Promise.all(outcomes.map(({ ended }) => ended));
  const late = connect(proxy.socketPath);
  await expect(text(late)).rejects.toMatchObject({ code: "ENOENT" });
  far.close();
});
