import { createLogger } from "@lilux/runtime";
import { connectKiwi } from "./connect-kiwi.ts";
import { directKiwi } from "./direct-kiwi.ts";
import { serveKiwi } from "./serve-kiwi.ts";
import { describeKiwiApiContract } from "./testing/contract.ts";

const logger = createLogger({ service: "test", level: "silent" });

describeKiwiApiContract("direct", async (behind) => ({
  api: directKiwi(behind),
  close: async () => {},
}));

describeKiwiApiContract("gRPC", async (behind) => {
  const server = await serveKiwi({ api: behind, host: "127.0.0.1", port: 0, logger });
  const api = await connectKiwi({ address: `127.0.0.1:${server.port}`, logger });
  return {
    api,
    async close() {
      await api.close();
      await server.close();
    },
  };
});
