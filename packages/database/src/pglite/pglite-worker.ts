import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { StatementAnswer, StatementRequest, WorkerMessage } from "./statement.ts";

/** The usual 128 MB cost 145 MB of memory, measured, and a registry of one machine is small. */
const SHARED_BUFFERS = "8MB";
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
const { directory } = workerData as { directory: string | undefined };

/**
 * The thread that holds the database. It runs one statement at a time and
 * blocks while it does; nothing but statements happens here.
 */
try {
  const database = new PGlite({
    ...(directory === undefined ? {} : { dataDir: directory }),
    startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${SHARED_BUFFERS}`],
  });
  await database.waitReady;
  parentPort?.on("message", (request: StatementRequest | "close") => {
    if (request === "close") void database.close().finally(() => parentPort?.close());
    else void answer(database, request).then(say);
  });
  say({ state: "ready" });
} catch (error) {
  say({ state: "failed", message: messageOf(error) });
}

async function answer(database: PGlite, request: StatementRequest): Promise<StatementAnswer> {
  const { id, text, parameters, asObjects } = request;
  try {
    const rowMode = asObjects ? "object" : "array";
    const { rows } = await database.query<unknown>(text, parameters, { rowMode });
    return { id, rows };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    return { id, error: { message: messageOf(error), code } };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
