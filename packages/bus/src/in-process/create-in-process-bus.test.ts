import { SILENT_LOG } from "@lilux/core/telemetry";
import { temporaryDirectory } from "@lilux/testkit";
import { describeBusContract } from "../testing/contract.ts";
import { SMALL_TURNS, type SmallBuses } from "../testing/harness.ts";
import { createInProcessBus, type InProcessBus } from "./create-in-process-bus.ts";

describeBusContract(
  "the in-process bus in memory",
  async () => ({
    open: async (logger = SILENT_LOG) => createInProcessBus({ logger, drainWithinMs: 500 }),
    openSmall: async () => small(createInProcessBus({ limits: SMALL_TURNS })),
    dispose: async () => undefined,
  }),
  // Without a folder it has nowhere to keep anything; the next suite has one.
  { keeps: "nothing" },
);

describeBusContract(
  "the in-process bus with a journal",
  async () => {
    const directory = await temporaryDirectory();
    return {
      open: async (logger = SILENT_LOG) =>
        createInProcessBus({ journalDirectory: directory.path, logger, drainWithinMs: 500 }),
      openSmall: async () =>
        small(createInProcessBus({ journalDirectory: directory.path, limits: SMALL_TURNS })),
      dispose: directory.remove,
    };
  },
  { keeps: "streams" },
);

/** One process has one bus. */
function small(bus: InProcessBus): SmallBuses {
  return { buses: [bus, bus], dispose: () => bus.drain() };
}
