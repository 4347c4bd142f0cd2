/** One connection's way to run a statement. Rows are arrays, or objects when `asObjects`. */
export type RunStatement = (
  text: string,
  parameters: unknown[],
  asObjects: boolean,
) => Promise<unknown[]>;

export interface Connection {
  run: RunStatement;
  /** Gives it back; a broken one is closed, which ends what it was doing. May be called twice. */
  release(broken: boolean): void;
}

/** What an implementation brings; `createDatabase` makes the port of it. */
export interface DatabaseDriver {
  kind: "postgres" | "pglite";
  /** Transactions that it can do side by side. */
  readonly connectionsMax: number;
  isUntouched(): boolean;
  /** What it needs before the first connection. Called again after a failure. */
  open(): Promise<void>;
  /** Waits for a free connection. Rejects with `overloaded` beyond its bound of waiting callers. */
  connect(signal: AbortSignal): Promise<Connection>;
  close(): Promise<void>;
}
