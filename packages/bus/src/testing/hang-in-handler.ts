import { testTenant } from "@lilux/testkit";
import { createInProcessBus } from "../in-process/create-in-process-bus.ts";
import { subjects } from "../subjects.ts";

/** A process to be killed: finishes one message, and hangs in the handler of the next. */
const [, , journalDirectory = ""] = process.argv;
const bus = createInProcessBus({ journalDirectory });
const subject = subjects.turn(testTenant("local"), "session");
await bus.append("TURNS", subject, "finishes", { id: "1" });
await bus.append("TURNS", subject, "hangs", { id: "2" });
await bus.consume(
  "TURNS",
  async ({ body }) => {
    if (body === "finishes") return;
    // Long enough for the first position to be saved.
    setTimeout(() => process.send?.("hanging"), 200);
    await new Promise(() => undefined);
  },
  { durable: "worker", inFlightMax: 1 },
);
