import { join } from "node:path";
import { createEncoderModel } from "@lilux/router";
import { typeNewLines } from "../typed-lines.ts";

const MODEL = join(import.meta.dirname, "..", "..", "..", "models", "router-encoder");
const WARM_UP = 50;
const COUNT = 500;

/** Sorted ms of one line after another through the model alone: tokenising, one worker thread, no load. */
export async function measureForwardPass(): Promise<Float64Array> {
  const model = await createEncoderModel({ directory: MODEL, workers: 1, linesWaitingMax: 4 });
  const lines = typeNewLines(0);
  const latencies: number[] = [];
  for (let index = 0; index < WARM_UP + COUNT; index += 1) {
    const { text } = lines.next().value;
    const startedAt = performance.now();
    await model.readLine(text, { deadlineAt: Date.now() + 5_000 });
    if (index >= WARM_UP) latencies.push(performance.now() - startedAt);
  }
  await model.close();
  return Float64Array.from(latencies).sort();
}
