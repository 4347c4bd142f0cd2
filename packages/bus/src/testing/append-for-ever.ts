import { testTenant } from "@lilux/testkit";
import { createInProcessBus } from "../in-process/create-in-process-bus.ts";
import { subjects } from "../subjects.ts";

/** A process to be killed: appends numbers, and reports each one that was acknowledged. */
const [, , journalDirectory = ""] = process.argv;
const bus = createInProcessBus({ journalDirectory });
const subject = subjects.turn(testTenant("local"), "session");

async function appendEvery(start: number, step: number): Promise<void> {
  for (let number = start; ; number += step) {
    await bus.append("TURNS", subject, number, { id: String(number) });
    process.send?.(number);
  }
}

const WRITERS = 8;
await Promise.all(Array.from({ length: WRITERS }, (_, start) => appendEvery(start, WRITERS)));
