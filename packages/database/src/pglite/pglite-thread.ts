import { Worker } from "node:worker_threads";
import type { RunStatement } from "../database-driver.ts";
import type { StatementRequest, WorkerMessage } from "./statement.ts";

/** A running embedded database. Its statements end in the order they were sent. */
export interface PgliteThread {
  run: RunStatement;
  /** Writes everything out, then ends. */
  close(): Promise<void>;
  /** Ends it at once, as a crash would; what was committed stays. */
  kill(): Promise<void>;
  readonly ended: boolean;
}

type Waiting = PromiseWithResolvers<unknown[]>;

/** Resolves when it takes statements. Rejects with what it said when it cannot start. */
export async function startPgliteThread(directory: string | undefined): Promise<PgliteThread> {
  const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), {
    workerData: { directory },
  });
  const started = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended = false;

  function end(reason: Error): void {
    ended = true;
    started.reject(reason);
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
    gone.resolve();
  }

  worker.on("error", end);
  worker.on("exit", () => end(new Error("the embedded database's thread has ended")));
  worker.on("message", (message: WorkerMessage) => {
    if ("id" in message) answerOne(waiting, message);
    else if (message.state === "ready") started.resolve();
    else started.reject(new Error(message.message));
  });
  try {
    await started.promise;
  } catch (error) {
    await worker.terminate();
    throw error;
  }

  return {
    get ended() {
      return ended;
    },
    run(text, parameters, asObjects) {
      if (ended) return Promise.reject(new Error("the embedded database's thread has ended"));
      lastId += 1;
      const request: StatementRequest = { id: lastId, text, parameters, asObjects };
      const answer: Waiting = Promise.withResolvers();
      waiting.set(lastId, answer);
      worker.postMessage(request);
      return answer.promise;
    },
    async close() {
      if (ended) return;
      worker.postMessage("close");
      await gone.promise;
    },
    async kill() {
      await worker.terminate();
    },
  };
}

function answerOne(
  waiting: Map<number, Waiting>,
  message: Extract<WorkerMessage, { id: number }>,
): void {
  const answer = waiting.get(message.id);
  waiting.delete(message.id);
  if ("rows" in message) answer?.resolve(message.rows);
  else
    answer?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
}
