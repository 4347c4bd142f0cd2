import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUS_SERVICES, connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore, STORE_SERVICES } from "@lilux/context-store";
import {
  describeWithServer,
  eventually,
  findBinary,
  freePort,
  startNatsServer,
  temporaryDirectory,
} from "@lilux/testkit";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import {
  deployedNatsUsers,
  deployedRedisStart,
  deployedServerFiles,
} from "./build-deployed-users.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** What `lilux credentials` prints. */
function made(): Record<string, string> {
  const entry = join(ROOT, "apps", "lilux", "src", "main.ts");
  const text = execFileSync(process.execPath, ["--no-warnings", entry, "credentials"], {
    encoding: "utf8",
  });
  return Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => line.split("=") as [string, string]),
  );
}

const passwordOf = (secrets: Record<string, string>, server: string, user: string): string =>
  secrets[`LILUX_${server}_${user.toUpperCase().replace("-", "_")}_PASSWORD`] ?? "";

test("the servers' users in deploy/ are what the tables say", () => {
  expect(read("deploy/nats/users.conf"), "run `npm run docs:configuration`").toBe(
    deployedNatsUsers(),
  );
  expect(read("deploy/redis/start.sh")).toBe(deployedRedisStart());
  expect(read("deploy/k8s/base/servers.yaml")).toBe(
    deployedServerFiles(read("deploy/nats/nats.conf")),
  );
  // A chart wants the rules apart from the passwords.
  const chart = read("deploy/k8s/operators/valkey.values.yaml");
  const rules = [...deployedRedisStart().matchAll(/_PASSWORD (resetkeys .*)/g)];
  expect(rules.map(([, rule]) => rule).filter((rule) => !chart.includes(`"${rule}"`))).toEqual([]);
  expect(rules.length).toBe(STORE_SERVICES.length);
  expect(read("deploy/nats/nats.conf")).toMatch(/^include .\/users.conf$/m);
});

describeWithServer("the servers of deploy/", ["nats", "redis"], () => {
  const secrets = made();
  beforeEach(() => void Object.assign(process.env, secrets));
  afterEach(() => {
    for (const name of Object.keys(secrets)) delete process.env[name];
  });

  test("nats-server takes the users, with passwords from its environment", async () => {
    const server = await startNatsServer({ configFile: join(ROOT, "deploy/nats/users.conf") });
    onTestFinished(() => server.stop());
    for (const user of BUS_SERVICES) {
      const password = passwordOf(secrets, "NATS", user);
      const bus = await connectNatsBus({ url: server.url, name: user, user, password });
      await bus.drain();
    }
    const stranger = connectNatsBus({ url: server.url, name: "router", user: "router" });
    await expect(stranger).rejects.toMatchObject({ code: "config_invalid" });
  });

  test("redis-server is started with its users, and not without their passwords", async () => {
    await using directory = await temporaryDirectory();
    const port = await freePort();
    const folder = findBinary("redis-server")?.replace(/\/redis-server$/, "");
    const start = (env: Record<string, string>) => {
      const args = [
        join(ROOT, "deploy/redis/start.sh"),
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
      ];
      const child = spawn("/bin/sh", args, {
        cwd: directory.path,
        env: { PATH: `${folder}:/usr/bin:/bin`, TMPDIR: directory.path, ...env },
        stdio: "ignore",
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      return child;
    };
    const without = start({});
    await eventually(() => expect(without.exitCode).toBeGreaterThan(0), { withinMs: 20_000 });
    start(secrets);
    const url = `redis://127.0.0.1:${port}`;
    for (const user of STORE_SERVICES) {
      const password = passwordOf(secrets, "REDIS", user);
      const store = await connectRedisContextStore({ url, user, password, deadlineMs: 1_000 });
      onTestFinished(() => store.close());
      await eventually(() => expect(store.connected()).toBe(true), { withinMs: 10_000 });
    }
    const stranger = await connectRedisContextStore({ url, startWithinMs: 500 });
    onTestFinished(() => stranger.close());
    expect(stranger.connected()).toBe(false);
  });
});
