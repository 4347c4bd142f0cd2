import { existsSync } from "node:fs";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { awaitPort } from "./await-port.ts";
import { describeWithServer } from "./describe-with-server.ts";
import { startNatsServer } from "./start-nats-server.ts";
import { startPostgresServer } from "./start-postgres-server.ts";
import { startRedisServer } from "./start-redis-server.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import type { TestServer } from "./test-server.ts";

const portOf = (server: TestServer): number => Number(new URL(server.url).port);

describeWithServer("a server of a test", ["nats", "redis"], () => {
  test("comes back on its port and its files after a kill", async () => {
    await using directory = await temporaryDirectory();
    const server = await startNatsServer({ jetStreamDirectory: directory.path });
    await server.kill9();
    await expect(awaitPort(portOf(server), 50)).rejects.toThrow(/ECONNREFUSED/);
    await server.restart();
    await awaitPort(portOf(server), 1_000);
    await server.stop();
    await server.stop();
    expect(existsSync(directory.path)).toBe(true);
  });

  test("answers nothing while frozen and everything after", async () => {
    const server = await startRedisServer({ owned: true });
    const socket = connect({ host: "127.0.0.1", port: portOf(server) });
    const answered = new Promise<string>((resolve) => {
      socket.once("data", (data) => resolve(data.toString()));
    });
    await server.freeze();
    socket.write("PING\r\n");
    const early = await Promise.race([answered, new Promise((r) => setTimeout(r, 100, "silence"))]);
    expect(early).toBe("silence");
    await server.thaw();
    expect(await answered).toBe("+PONG\r\n");
    socket.destroy();
    await server.stop();
  });
});

describeWithServer("a Postgres of a test", "postgres", () => {
  test("takes connections when it is given, and again after a kill", async () => {
    const server = await startPostgresServer({ owned: true });
    await awaitPort(portOf(server), 50);
    await server.kill9();
    await server.restart();
    await awaitPort(portOf(server), 50);
    await server.stop();
    await expect(awaitPort(portOf(server), 50)).rejects.toThrow(/ECONNREFUSED/);
  });
});
