import { randomUUID } from "node:crypto";
import { connectStreamArchive } from "@lilux/bus";
import { eventually } from "@lilux/testkit";
import { operatorBus } from "../operator-bus.ts";
import type { Running } from "../start-mode.ts";
import { PATIENT } from "./two-companies.ts";

/** Every message of every stream as nats-server hands it out to its operator: subject and body. */
export async function streamTexts(running: Running): Promise<string[]> {
  if (running.inside === undefined) throw new Error("there are no streams outside the process");
  const { natsUrl: url, operator } = running.inside;
  const archive = await connectStreamArchive({ url, ...operator });
  const bus = await operatorBus(running);
  const texts: string[] = [];
  try {
    for (const [stream, messages] of await archive.held()) {
      if (messages === 0) continue;
      const of: string[] = [];
      const options = { durable: `scan-${randomUUID()}`, inFlightMax: 64, startAt: 0 };
      const reading = await bus.consume(
        stream,
        async ({ subject, body }) => void of.push(`${subject} ${JSON.stringify(body)}`),
        options,
      );
      await eventually(() => of.length >= messages, PATIENT);
      await reading.close();
      texts.push(...of);
    }
  } finally {
    await bus.drain();
    await archive.close();
  }
  return texts;
}
