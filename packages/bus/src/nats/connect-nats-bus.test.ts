import { SILENT_LOG } from "@lilux/core/telemetry";
import { describeWithServer, startNatsServer, type TestServer } from "@lilux/testkit";
import { afterAll, beforeAll } from "vitest";
import { describeBusContract } from "../testing/contract.ts";
import { connectNatsBus } from "./connect-nats-bus.ts";

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
      dispose: async () => undefined,
    }),
    { keeps: "streams" },
  );
});
