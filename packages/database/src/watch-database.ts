import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";

export interface DatabaseWatch {
  /** What was wrong when it was last asked; undefined when nothing, or before it was asked. */
  trouble(): string | undefined;
  stop(): void;
}

const EVERY_MS = 10_000;
const DEADLINE_MS = 3_000;

/**
 * Asks a database server again and again whether it answers, so that one that is away is known
 * before somebody needs it. An embedded one is this process and is not asked.
 */
export function watchDatabase(database: Database, everyMs = EVERY_MS): DatabaseWatch {
  let trouble: string | undefined;
  let asking = false;

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      await database.transaction((queries) => queries.execute(sql`select 1`), {
        deadlineMs: DEADLINE_MS,
      });
      trouble = undefined;
    } catch {
      // Why is in the log of whoever needs it; here it may be said to anybody.
      trouble = "the database does not answer";
    } finally {
      asking = false;
    }
  }

  const timer =
    database.kind === "postgres" ? setInterval(() => void ask(), everyMs).unref() : undefined;
  return { trouble: () => trouble, stop: () => clearInterval(timer) };
}
