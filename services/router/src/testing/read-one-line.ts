import { createEncoderModel } from "../model/create-encoder-model.ts";
import { shippedModel } from "./shipped-model.ts";

/** A process that loads the model, reads one line with it and ends by itself. */
const model = await createEncoderModel({
  directory: shippedModel(),
  workers: 1,
  linesWaitingMax: 4,
});
const line = await model.readLine("find email scripts", {
  key: "1",
  deadlineAt: Date.now() + 60_000,
});
await model.close();
process.stdout.write(`${line.embedding?.length}`);
