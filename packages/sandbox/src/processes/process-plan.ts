import type { MemoryLimit } from "./memory/memory-limit.ts";

export interface ProcessPlan {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string | undefined;
  /** The real user the process gets; only for root. */
  uid?: number | undefined;
  /** What is written to file descriptors from 3 up. */
  inputs?: Readonly<Record<number, string | Buffer>>;
  /** Where bubblewrap reports, as lines of JSON. */
  statusFd?: number | undefined;
  /** Where an archive may come. */
  archiveFd?: number | undefined;
  /** The process waits on it until it is held to its memory. */
  gateFd?: number | undefined;
}

export interface ProcessBounds {
  timeoutMs: number;
  /** What all processes of the run may hold together; asks for a plan with a status descriptor. */
  memory?: MemoryLimit | undefined;
  /** How far it gives way to others where processors are busy: 0 not at all, 19 most. */
  niceness?: number | undefined;
}

export interface Supervision extends ProcessBounds {
  signal: AbortSignal;
  /** Each line of stderr, as it comes. */
  onLine: (line: string) => void;
}

export interface ProcessEnd {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: Buffer;
  logs: string[];
  /** What came on the status file descriptor. */
  status: string;
  /** What came on the archive file descriptor; empty for none. */
  archive: Buffer;
}

/** More than this is not kept anywhere: it ends the run. */
export const STDOUT_BYTES_MAX = 16 * 1024 * 1024;
export const ARCHIVE_BYTES_MAX = 34 * 1024 * 1024;
