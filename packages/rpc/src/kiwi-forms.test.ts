import { SILENT_LOG } from "@lilux/core/telemetry";
import { eventually } from "@lilux/testkit";
import { connectKiwi } from "./connect-kiwi.ts";
import { directKiwi } from "./direct-kiwi.ts";
import { serveKiwi } from "./serve-kiwi.ts";
import { describeKiwiApiContract } from "./testing/contract.ts";

describeKiwiApiContract("direct", async (behind) => ({
  api: directKiwi(behind),
  close: async () => {},
}));

describeKiwiApiContract("gRPC", async (behind) => {
  const server = await serveKiwi({ api: behind, host: "127.0.0.1", port: 0, logger: SILENT_LOG });
  const api = await connectKiwi({ address: `127.0.0.1:${server.port}`, logger: SILENT_LOG });
  // The contract is about calls; how a connection comes about has tests of its own.
  await eventually(() => api.connected(), { withinMs: 20_000 });
  return {
    api,
    async close() {
      await api.close();
      await server.close();
    },
  };
});
