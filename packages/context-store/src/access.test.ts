import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { SILENT_LOG } from "@lilux/core/telemetry";
import {
  describeWithServer,
  eventually,
  startRedisServer,
  type TemporaryDirectory,
  type TestServer,
  temporaryDirectory,
  testTenant,
} from "@lilux/testkit";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { redisUsers, STORE_SERVICES, type StoreService } from "./access.ts";
import { KEY_KINDS, type KeyKind, keys } from "./keys.ts";
import { connectRedisContextStore } from "./redis-context-store.ts";

const passwordOf = (service: string): string => `password-of-${service}`;
const hashOf = (text: string): string => `#${createHash("sha256").update(text).digest("hex")}`;

const CONTEXT = keys.context(testTenant("acme"), "s1");
const HISTORY = keys.history(testTenant("acme"), "s1");
const STRANGE = "another:key";

/** One key of each kind; the compiler misses one that is new. */
const KEY_OF: Readonly<Record<KeyKind, string>> = {
  context: CONTEXT,
  history: HISTORY,
  spending: keys.spending(testTenant("acme")),
  teaching: keys.teaching(testTenant("acme"), "lease"),
};

/** Who reads what, and who changes it: what the table of accesses has to say. */
const READERS: Readonly<Record<KeyKind, readonly StoreService[]>> = {
  context: ["router", "context-warmer"],
  history: ["orchestrator"],
  spending: ["orchestrator"],
  teaching: ["orchestrator"],
};
const WRITERS: Readonly<Record<KeyKind, readonly StoreService[]>> = {
  ...READERS,
  context: ["context-warmer"],
};

const OF_KINDS = KEY_KINDS.flatMap((kind): [string[], readonly StoreService[]][] => {
  const key = KEY_OF[kind];
  return [
    [["HMGET", key, "version", "value"], READERS[kind]],
    [["HSET", key, "version", "1"], WRITERS[kind]],
    [["PEXPIRE", key, "1000"], WRITERS[kind]],
    [["EVAL", "return redis.call('HSET', KEYS[1], 'a', '1')", "1", key], WRITERS[kind]],
    [["EVAL", "return redis.call('DEL', KEYS[1])", "1", key], WRITERS[kind]],
    [["EVAL", `return redis.call('HGET', '${key}', 'value')`, "0"], WRITERS[kind]],
    [["HSTRLEN", key, "value"], WRITERS[kind]],
    [["DEL", key], WRITERS[kind]],
  ];
});

/** Each thing that can be tried, and who may do it. */
const MATRIX: readonly [string[], readonly StoreService[]][] = [
  ...OF_KINDS,
  [["HMGET", STRANGE, "version", "value"], []],
  [["HSET", STRANGE, "version", "1"], []],
  [["DEL", STRANGE], []],
  // Names of keys, and no values.
  [
    ["SCAN", "0"],
    ["context-warmer", "orchestrator"],
  ],
  [["INFO"], STORE_SERVICES],
  ...[
    ["GET", CONTEXT],
    ["SET", CONTEXT, "1"],
    ["KEYS", "*"],
    ["FLUSHALL"],
    ["MONITOR"],
    ["CONFIG", "GET", "*"],
    ["ACL", "LIST"],
    ["CLIENT", "LIST"],
    ["PUBLISH", "a", "b"],
    ["SUBSCRIBE", "a"],
    ["SCRIPT", "LOAD", "return 1"],
    ["SHUTDOWN", "NOSAVE"],
    ["REPLICAOF", "127.0.0.1", "1"],
  ].map((command): [string[], readonly StoreService[]] => [command, []]),
];

describeWithServer("the store's users", "redis", () => {
  let folder: TemporaryDirectory;
  let server: TestServer;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    const aclFile = join(folder.path, "users.acl");
    const configFile = join(folder.path, "redis.conf");
    await writeFile(
      aclFile,
      redisUsers((service) => hashOf(passwordOf(service))),
    );
    await writeFile(configFile, `aclfile ${aclFile}\n`);
    server = await startRedisServer({ configFile });
  });
  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  async function refuses(client: Redis, [name = "", ...args]: readonly string[]): Promise<boolean> {
    try {
      await client.call(name, args);
      return false;
    } catch (error) {
      const { message } = error as Error;
      if (
        /^(NOPERM|NOAUTH)|no permission|can't access|can't run|Permission denied|ACL failure/i.test(
          message,
        )
      )
        return true;
      throw error;
    }
  }

  function clientOf(user: { username: string; password: string }): Redis {
    const client = new Redis(server.url, { ...user, enableReadyCheck: false, retryStrategy: null });
    client.on("error", () => undefined);
    onTestFinished(() => client.disconnect());
    return client;
  }

  // Mutants: `+del` among what the router may; a `%R` dropped; `allkeys`.
  test.each(STORE_SERVICES)("%s may do what the table lists, and nothing else", async (service) => {
    const client = clientOf({ username: service, password: passwordOf(service) });
    const wrong: string[] = [];
    for (const [command, allowed] of MATRIX) {
      const refused = await refuses(client, command);
      if (refused === allowed.includes(service))
        wrong.push(`${command.join(" ")} ${refused ? "refused" : "done"}`);
    }
    expect(wrong).toEqual([]);
  });

  // Mutant: the default user left on.
  test("whoever names no user may do nothing at all", async () => {
    const socket = createConnection(Number(new URL(server.url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const answers: string[] = [];
    for (const [command] of MATRIX) {
      const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
      socket.write(`*${command.length}\r\n${parts.join("")}`);
      answers.push(String((await once(socket, "data"))[0]));
    }
    expect(answers.filter((answer) => !answer.startsWith("-NOAUTH"))).toEqual([]);
  });

  test("the store works under the users that write, and reads under the one that reads", async () => {
    const open = async (user: StoreService) => {
      const password = passwordOf(user);
      const store = await connectRedisContextStore({
        url: server.url,
        user,
        password,
        deadlineMs: 2_000,
      });
      onTestFinished(() => store.close());
      return store;
    };
    const entry = { version: 1, value: { a: 1 }, ttlMs: 60_000 };
    const warmer = await open("context-warmer");
    const router = await open("router");
    const orchestrator = await open("orchestrator");
    const key = keys.context(testTenant("acme"), "s2");
    expect(await warmer.putIfNewer(key, entry)).toBe("stored");
    expect(await router.get(key)).toMatchObject({ state: "found", value: { a: 1 } });
    expect(await orchestrator.get(key)).toEqual({ state: "unavailable" });
    expect(await router.putIfNewer(key, { ...entry, version: 2 })).toBe("unavailable");
    expect(await warmer.get(key)).toMatchObject({ version: 1 });
    expect(await orchestrator.putIfNewer(keys.history(testTenant("acme"), "s2"), entry)).toBe(
      "stored",
    );
  });

  // Mutant: an error listener that says nothing.
  test("a store that is refused says so in the log, once, without the password", async () => {
    for (const user of [{}, { user: "router", password: "secret-and-wrong" }]) {
      const lines: object[] = [];
      const logger = { ...SILENT_LOG, error: (fields: object) => void lines.push(fields) };
      const store = await connectRedisContextStore({
        url: server.url,
        logger,
        startWithinMs: 300,
        ...user,
      });
      onTestFinished(() => store.close());
      await eventually(() => expect(lines).toHaveLength(1), { withinMs: 20_000 });
      expect(JSON.stringify(lines)).toMatch(/NOAUTH|WRONGPASS/);
      expect(JSON.stringify(lines)).not.toContain("secret-and-wrong");
      expect(store.connected()).toBe(false);
    }
  });
});
