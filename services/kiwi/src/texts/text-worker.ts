import { parentPort } from "node:worker_threads";
import { type TextAnswer, writeFailure } from "./text-answer.ts";
import { doTextJob, type TextJob } from "./text-jobs.ts";

// A thread that does one text's job after another, for `text-work.ts`.
parentPort?.on("message", (job: TextJob) => {
  parentPort?.postMessage(answerOf(job));
});

function answerOf(job: TextJob): TextAnswer {
  try {
    return { value: doTextJob(job) };
  } catch (error) {
    return { failure: writeFailure(error) };
  }
}
