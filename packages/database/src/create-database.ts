import { abortError, deadlineSignal, untilAborted } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pg-proxy";
import type { Database, DatabaseCallOptions, Queries } from "./database.ts";
import type { Connection, DatabaseDriver } from "./database-driver.ts";
import { databaseUnavailable, fromDatabaseError } from "./database-error.ts";
import { type DatabaseShare, databaseShare } from "./database-share.ts";
import { createFairConnections } from "./fair-connections.ts";
import { asTenant } from "./for-tenant.ts";
import { migrate } from "./migrate.ts";

const DEADLINE_MS_DEFAULT = 5_000;
/** A cold embedded database unpacks itself first; migrations may wait for another process's. */
const OPEN_DEADLINE_MS = 60_000;

/** The port over a driver: opening once, transactions, deadlines and errors are the same for all. */
export function createDatabase(driver: DatabaseDriver): Database {
  const connections = createFairConnections(driver.connectionsMax);
  let opening: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  async function open(): Promise<void> {
    const signal = AbortSignal.timeout(OPEN_DEADLINE_MS);
    await untilAborted(driver.open(), signal);
    await inTransaction({ driver, signal }, migrate);
  }

  /** One attempt for all who come meanwhile; after a failure the next caller tries again. */
  function ready(): Promise<void> {
    if (closing !== undefined) return Promise.reject(new LiluxError("shutting_down"));
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw timelyError(error);
    });
    return opening;
  }

  async function close(): Promise<void> {
    await opening?.catch(() => undefined);
    await driver.close();
  }

  async function transaction<T>(
    work: (queries: Queries) => Promise<T>,
    { signal: caller, deadlineMs = DEADLINE_MS_DEFAULT }: DatabaseCallOptions = {},
    share: DatabaseShare | undefined = databaseShare(),
  ): Promise<T> {
    await (caller === undefined ? ready() : untilAborted(ready(), caller));
    const signal = deadlineSignal(deadlineMs, caller);
    let leave: (() => void) | undefined;
    try {
      leave = await connections.enter(share, signal);
      return await untilAborted(inTransaction({ driver, signal }, work), signal);
    } catch (error) {
      throw caller?.aborted === true ? LiluxError.from(error) : timelyError(error);
    } finally {
      leave?.();
    }
  }

  return {
    kind: driver.kind,
    isUntouched: () => opening === undefined && driver.isUntouched(),
    ready,
    transaction: (work, options) => transaction(work, options),
    forTenant(tenant, work, options) {
      const share = { ...databaseShare(), tenant };
      return transaction(async (queries) => work(await asTenant(queries, tenant)), options, share);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** A deadline of ours, rather than of the caller, means that the database was too slow. */
function timelyError(thrown: unknown): LiluxError {
  const error = fromDatabaseError(thrown);
  return error.code === "deadline_exceeded" ? databaseUnavailable(error.cause) : error;
}

interface Attempt {
  driver: DatabaseDriver;
  signal: AbortSignal;
}

async function inTransaction<T>(
  { driver, signal }: Attempt,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  const connection = await driver.connect(signal);
  const breakOff = (): void => connection.release(true);
  signal.addEventListener("abort", breakOff, { once: true });
  let broken = true;
  try {
    const answer = await runWork(queriesOf(connection), work, signal);
    broken = false;
    return answer;
  } catch (thrown) {
    // What `work` threw was rolled back; the connection is as good as before.
    if (!(thrown instanceof RolledBack)) throw thrown;
    broken = false;
    throw thrown.reason;
  } finally {
    signal.removeEventListener("abort", breakOff);
    connection.release(broken);
  }
}

/** Carries what `work` threw past the question whether the connection survived. */
class RolledBack extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super("rolled back");
    this.reason = reason;
  }
}

async function runWork<T>(
  queries: Queries,
  work: (queries: Queries) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  await queries.execute(sql`begin`);
  let answer: T;
  try {
    answer = await work(queries);
    if (signal.aborted) throw abortError(signal);
  } catch (error) {
    const rolledBack = await queries.execute(sql`rollback`).then(
      () => true,
      () => false,
    );
    throw rolledBack ? new RolledBack(error) : error;
  }
  await queries.execute(sql`commit`);
  return answer;
}

function queriesOf({ run }: Connection): Queries {
  return drizzle(async (text, parameters: unknown[], method) => ({
    rows: await run(text, parameters, method === "execute"),
  }));
}
