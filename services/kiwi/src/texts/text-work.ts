import { Worker } from "node:worker_threads";
import { LiluxError } from "@lilux/protocol";
import { ParseFailure } from "../parse/parse-failure.ts";
import { readFailure, type TextAnswer } from "./text-answer.ts";
import {
  doTextJob,
  lettersOf,
  type TextJob,
  type TextJobName,
  type TextJobs,
} from "./text-jobs.ts";

/** Reads and composes items' texts without keeping the serving loop from others. */
export interface TextWork {
  /** Rejects as the job throws; with `ParseFailure` when it takes too long, `overloaded` when too many wait. */
  run<J extends TextJobName>(
    name: J,
    ...given: Parameters<TextJobs[J]>
  ): Promise<ReturnType<TextJobs[J]>>;
  close(): Promise<void>;
}

export interface TextWorkBounds {
  /** Shorter texts are read at once: the way to a thread takes longer. */
  lettersMin: number;
  workersMax: number;
  waitingMax: number;
  /** Of one job, from when a thread has it, its start and a busy machine included. */
  jobMsMax: number;
  idleMsMax: number;
}

const BOUNDS: TextWorkBounds = {
  lettersMin: 32 * 1024,
  workersMax: 2,
  waitingMax: 256,
  jobMsMax: 60_000,
  idleMsMax: 30_000,
};
const WORKER_MB_MAX = 512;

interface WaitingJob {
  job: TextJob;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Threads are started when a long text first comes, and end when none came for a while. */
export function createTextWork(bounds: Partial<TextWorkBounds> = {}): TextWork {
  const { lettersMin, workersMax, waitingMax, ...ofThread } = { ...BOUNDS, ...bounds };
  const waiting: WaitingJob[] = [];
  const threads = new Set<TextThread>();

  function serve(): void {
    for (const thread of threads) {
      const next = thread.isBusy() ? undefined : waiting.shift();
      if (next !== undefined) thread.take(next);
    }
    if (waiting.length === 0 || threads.size >= workersMax) return;
    const thread = startThread(ofThread, serve, () => threads.delete(thread));
    threads.add(thread);
    serve();
  }

  return {
    async run<J extends TextJobName>(name: J, ...given: Parameters<TextJobs[J]>) {
      type Answer = ReturnType<TextJobs[J]>;
      const job = { name, given } as TextJob;
      if (lettersOf(given) < lettersMin) return doTextJob(job) as Answer;
      if (waiting.length >= waitingMax) throw new LiluxError("overloaded");
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.push({ job, resolve, reject });
      serve();
      return (await promise) as Answer;
    },
    async close() {
      for (const { reject } of waiting.splice(0)) reject(new LiluxError("shutting_down"));
      await Promise.all([...threads].map((thread) => thread.end(new LiluxError("shutting_down"))));
    },
  };
}

interface TextThread {
  isBusy(): boolean;
  take(job: WaitingJob): void;
  /** Ends it; a job that it has is rejected. */
  end(reason: Error): Promise<unknown>;
}

/** One thread. `onFree` is called when it has done a job, `onEnd` when it is gone. */
function startThread(
  { jobMsMax, idleMsMax }: Pick<TextWorkBounds, "jobMsMax" | "idleMsMax">,
  onFree: () => void,
  onEnd: () => void,
): TextThread {
  const worker = new Worker(new URL("./text-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: WORKER_MB_MAX },
  });
  let current: WaitingJob | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;

  function finish(outcome: TextAnswer | { error: Error }): void {
    clearTimeout(timer);
    const done = current;
    current = undefined;
    if ("value" in outcome) done?.resolve(outcome.value);
    else done?.reject("error" in outcome ? outcome.error : readFailure(outcome.failure));
  }

  async function end(reason: Error): Promise<unknown> {
    if (isEnded) return undefined;
    isEnded = true;
    onEnd();
    finish({ error: reason });
    const gone = worker.terminate();
    onFree();
    return gone;
  }

  function rest(): void {
    worker.unref();
    timer = setTimeout(() => void end(new LiluxError("internal")), idleMsMax);
    timer.unref();
  }

  worker.on("message", (answer: TextAnswer) => {
    finish(answer);
    onFree();
    if (current === undefined && !isEnded) rest();
  });
  worker.on("error", () => void end(tooMuch()));
  worker.on("exit", () => void end(tooMuch()));
  return {
    isBusy: () => current !== undefined || isEnded,
    take(job) {
      clearTimeout(timer);
      current = job;
      worker.ref();
      timer = setTimeout(() => void end(tooMuch()), jobMsMax);
      worker.postMessage(job.job);
    },
    end,
  };
}

function tooMuch(): ParseFailure {
  return new ParseFailure({
    cause: "the text takes too long, or too much memory, to be read",
    fix: "Make it shorter or simpler, or several items of it.",
  });
}

/** Everything at once, in this thread: for tools and tests that serve nobody meanwhile. */
export const INLINE_TEXT_WORK: TextWork = {
  async run<J extends TextJobName>(name: J, ...given: Parameters<TextJobs[J]>) {
    return doTextJob({ name, given } as TextJob) as ReturnType<TextJobs[J]>;
  },
  close: async () => undefined,
};
