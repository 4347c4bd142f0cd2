import { existsSync } from "node:fs";
import { join } from "node:path";
import { untilAborted } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import { createDatabase } from "../create-database.ts";
import type { Database } from "../database.ts";
import type { Connection, DatabaseDriver } from "../database-driver.ts";
import { databaseUnavailable } from "../database-error.ts";
import { claimFolder } from "./claim-folder.ts";
import { type PgliteThread, startPgliteThread } from "./pglite-thread.ts";

export interface PgliteOptions {
  /** Where its files lie; without it, in memory, and gone at the end. */
  directory?: string;
}

const WAITING_MAX = 256;
/** Postgres writes it when it makes a database. */
const MADE_MARK = "PG_VERSION";

/**
 * Postgres as WebAssembly, in a thread of this process. It starts when it is
 * first used (or told to be `ready`), which takes seconds the first time and a fraction of one later.
 * One transaction runs at a time.
 */
export function openPglite(options: PgliteOptions = {}): Database {
  return createDatabase(pgliteDriver(options));
}

function pgliteDriver({ directory }: PgliteOptions): DatabaseDriver {
  const lane = createLane();
  let release: (() => Promise<void>) | undefined;
  let thread: PgliteThread | undefined;
  let starting: Promise<PgliteThread> | undefined;

  async function start(): Promise<PgliteThread> {
    if (directory !== undefined) release ??= await claimFolder(directory);
    thread = await startPgliteThread(directory);
    return thread;
  }

  /** Never two at once: who stopped waiting for a slow start did not stop the start. */
  async function running(): Promise<PgliteThread> {
    if (thread !== undefined && !thread.ended) return thread;
    starting ??= start().finally(() => {
      starting = undefined;
    });
    return starting.catch((error: unknown) => {
      throw databaseUnavailable(error);
    });
  }

  /** A thread in the middle of a statement is ended where its files bring back what was committed. */
  async function mend(broken: PgliteThread): Promise<void> {
    if (directory !== undefined) await broken.kill();
    else await broken.run("rollback", [], false).catch(() => undefined);
  }

  return {
    kind: "pglite",
    connectionsMax: 1,
    isUntouched: () => directory === undefined || !existsSync(join(directory, MADE_MARK)),
    async open() {
      await running();
    },
    async connect(signal) {
      const leave = await lane.enter(signal);
      try {
        return connectionOf(await running(), leave, mend);
      } catch (error) {
        leave();
        throw error;
      }
    },
    async close() {
      await starting?.catch(() => undefined);
      await thread?.close();
      await release?.();
      release = undefined;
    },
  };
}

function connectionOf(
  thread: PgliteThread,
  leave: () => void,
  mend: (broken: PgliteThread) => Promise<void>,
): Connection {
  let released = false;
  return {
    run: (text, parameters, asObjects) =>
      released
        ? Promise.reject(new LiluxError("cancelled"))
        : thread.run(text, parameters, asObjects),
    release(broken) {
      if (released) return;
      released = true;
      if (broken) void mend(thread).finally(leave);
      else leave();
    },
  };
}

/** Callers go through one after the other, in the order they came. */
function createLane(): { enter(signal: AbortSignal): Promise<() => void> } {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  return {
    async enter(signal) {
      if (waiting >= WAITING_MAX) throw new LiluxError("overloaded");
      const before = last;
      const left = Promise.withResolvers<void>();
      last = left.promise;
      waiting += 1;
      try {
        await untilAborted(before, signal);
        return left.resolve;
      } catch (error) {
        // Whoever stands behind waits for those before, not for one who went away.
        void before.then(left.resolve);
        throw error;
      } finally {
        waiting -= 1;
      }
    },
  };
}
