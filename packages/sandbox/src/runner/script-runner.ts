import type { ProcessEnd, Supervision } from "./supervise-process.ts";

/** A file or folder of the project that a script may see. Paths are real paths. */
export interface FileBind {
  from: string;
  /** Relative to the project; where it appears below `/project`. */
  to: string;
  writable: boolean;
  /** What stays hidden below it, relative to the project. */
  hidden: readonly { path: string; isFolder: boolean }[];
  /** Of one to write to: why a path, relative to the project, must not be made, or changed, below it. */
  refuses?: ((path: string, isNew: boolean) => string | undefined) | undefined;
}

/** What a run did to the files it may write to. Paths are relative to the project. */
export interface FileChanges {
  written: string[];
  removed: string[];
  /** What it did that was not done to the project, and why: a clause. */
  refused: { path: string; reason: string }[];
}

/** What a script gets beyond an empty machine. Everything here was granted. */
export interface ScriptAccess {
  files: readonly FileBind[];
  variables: Readonly<Record<string, string>>;
  network: boolean;
  /** The library's shared modules, as a zip archive. */
  shared: Buffer | undefined;
  /** A folder with the declared dependencies. */
  packages: string | undefined;
}

export const NO_ACCESS: ScriptAccess = {
  files: [],
  variables: {},
  network: false,
  shared: undefined,
  packages: undefined,
};

export interface ScriptRequest {
  id: string;
  text: string;
  flags: readonly string[];
  /** Distinct for runs that go on at the same time. */
  slot: number;
  access: ScriptAccess;
}

export interface ScriptEnd extends ProcessEnd {
  exitCode: number;
  /** Of a run that may write to files, and works on copies of them. */
  changes?: FileChanges | undefined;
}

/** A way to run scripts. */
export interface ScriptRunner {
  /** What a result's `metadata.sandbox` says. */
  name: string;
  /** What holds a run's memory, all its processes together; for people. */
  memory: string;
  /** Whether scripts run as a user of their own, who sees only what others may read. */
  runsAsOther: boolean;
  /** Throws as `superviseProcess`, and `sandbox_unavailable` when it could not be set up. */
  run(request: ScriptRequest, supervision: Supervision): Promise<ScriptEnd>;
}
