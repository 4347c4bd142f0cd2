import type { LibraryAct } from "../library/library-home.ts";

/** A library as a place keeps it at one moment. */
export interface LibrarySnapshot {
  /** Names the moment: a commit, a number. */
  revision: string;
  /** Digests by path, relative to `.ai`. */
  files: ReadonlyMap<string, string>;
}

/** One file that a write changed; undefined for one that is not there. */
export interface FileChange {
  path: string;
  before: Uint8Array | undefined;
  after: Uint8Array | undefined;
}

export interface LibraryCommit {
  base: LibrarySnapshot;
  changes: readonly FileChange[];
  act: LibraryAct;
}

/**
 * A place that keeps the files of one library for several to read and write: a Git branch, rows of a
 * database. Nothing of it is ever half changed. Every method has a deadline of its own.
 */
export interface LibraryStore {
  readonly kind: "git" | "database";
  /** Whether kept versions are kept there as well; else they lie in the folder alone. */
  readonly keepsHistory: boolean;
  /** As the place was when it last answered, without asking it; undefined when it never did. */
  known(): Promise<LibrarySnapshot | undefined>;
  /** Asks the place. Rejects with `library_unreachable`, or `library_diverged` when it is another one now. */
  head(): Promise<LibrarySnapshot>;
  /** The bytes of some files of a snapshot, by path. */
  read(snapshot: LibrarySnapshot, paths: readonly string[]): AsyncIterable<[string, Uint8Array]>;
  /** How a snapshot names these bytes. */
  digest(bytes: Uint8Array): string;
  /**
   * Adds a change to what is there now, which may be newer than its base as long as none of the
   * changed files is another one. Rejects with `item_conflict` where one is.
   */
  commit(commit: LibraryCommit): Promise<LibrarySnapshot>;
  close(): Promise<void>;
}
