import { SILENT_LOG } from "@lilux/core/telemetry";
import { describeWithServer, startNatsServer, type TestServer } from "@lilux/testkit";
import { afterAll, beforeAll } from "vitest";
import { describeBusContract } from "../testing/contract.ts";
import { SMALL_TURNS, type SmallBuses } from "../testing/harness.ts";
import { connectNatsBus } from "./connect-nats-bus.ts";

async function openSmall(): Promise<SmallBuses> {
  const server = await startNatsServer({ owned: true });
  const options = { url: server.url, name: "small", limits: SMALL_TURNS, drainWithinMs: 500 };
  const open = () => connectNatsBus({ ...options, pingIntervalMs: 200 });
  const buses = [await open(), await open()] as const;
  return {
    buses,
    async dispose() {
      await Promise.all(buses.map((bus) => bus.drain()));
      await server.stop();
    },
  };
}

describeWithServer("NATS", "nats", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.stop());

  describeBusContract(
    "the NATS bus",
    async () => ({
      open: (logger = SILENT_LOG) =>
        connectNatsBus({ url: server.url, name: "contract", logger, drainWithinMs: 500 }),
      openSmall,
      dispose: async () => undefined,
    }),
    { keeps: "streams" },
  );
});
