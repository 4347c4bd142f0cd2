/** A real server that a test has to itself, unless the environment named a shared one. */
export interface TestServer {
  url: string;
  /** Undefined where the server is not a process of ours. */
  pid: number | undefined;
  /** Ends it and removes its files. Calling it twice is one stop. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. Its files stay. */
  kill9(): Promise<void>;
  /** Stops its clock: it holds its connections and answers nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Starts it again on the same port and the same files, ending it first if it runs. */
  restart(): Promise<void>;
}

export type ServerKind = "nats" | "redis" | "postgres";
