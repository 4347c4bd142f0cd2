import { LiluxError, wholeMs } from "@lilux/protocol";
import { Pool, type PoolClient } from "pg";
import { createDatabase } from "../create-database.ts";
import type { Database } from "../database.ts";
import type { Connection, DatabaseDriver } from "../database-driver.ts";
import { databaseUnavailable } from "../database-error.ts";

export interface PostgresOptions {
  /** postgres://user:password@host:port/database; `?sslmode=verify-full` for TLS. */
  url: string;
  /** At most so many at once; 8 unless told. */
  connectionsMax?: number;
  /** For one statement, on both sides of the wire; 5 s unless told. */
  statementMs?: number;
}

const CONNECTIONS_MAX = 8;
const WAITING_MAX = 256;
const STATEMENT_MS = 5_000;
const CONNECT_MS = 2_000;
const IDLE_MS = 30_000;

/** A Postgres server, through a bounded pool. Connects when it is first used. */
export function connectPostgres(options: PostgresOptions): Database {
  return createDatabase(postgresDriver(options));
}

function postgresDriver(options: PostgresOptions): DatabaseDriver {
  // Zero would be no limit at all.
  const statementMs = Math.max(1, wholeMs(options.statementMs ?? STATEMENT_MS));
  const connectionsMax = options.connectionsMax ?? CONNECTIONS_MAX;
  const pool = new Pool({
    connectionString: options.url,
    application_name: "lilux",
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: statementMs,
    lock_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    // The server's own limit comes first; this one is for a server that has gone silent.
    query_timeout: statementMs + 500,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // An idle connection that dies is replaced; its error is nobody's answer.
  pool.on("error", () => undefined);

  return {
    kind: "postgres",
    connectionsMax,
    isUntouched: () => false,
    async open() {
      // Connecting is the pool's business; the migrations that follow are the first to do it.
    },
    async connect(signal) {
      if (pool.waitingCount >= WAITING_MAX) throw new LiluxError("overloaded");
      const connecting = pool.connect().catch((error: unknown) => {
        throw databaseUnavailable(error);
      });
      const client = await connecting;
      if (!signal.aborted) return connectionOf(client);
      client.release();
      throw LiluxError.from(signal.reason);
    },
    close: () => pool.end(),
  };
}

function connectionOf(client: PoolClient): Connection {
  let released = false;
  // The pool listens only to idle ones. An error between two statements of this one would otherwise
  // be nobody's, and end the process; the next statement says what is to be said of it.
  client.on("error", ignore);
  return {
    async run(text, values, asObjects) {
      const query = asObjects ? { text, values } : { text, values, rowMode: "array" as const };
      const { rows } = await client.query(query);
      return rows as unknown[];
    },
    release(broken) {
      if (released) return;
      released = true;
      client.off("error", ignore);
      client.release(broken);
    },
  };
}

function ignore(): void {}
