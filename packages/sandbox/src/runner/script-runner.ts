import type { ProcessEnd, Supervision } from "../processes/process-plan.ts";

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

/** Which hosts a script may reach, through the proxy of its run. */
export interface NetworkAccess {
  /** Why a host is not let through, as a clause; undefined when it is. Its address is judged besides. */
  refuses(host: { name: string; port: number }): string | undefined;
  /** Told of each host once, as it happens. */
  onRefused?: ((refused: RefusedHost) => void) | undefined;
}

export interface RefusedHost {
  /** As the script asked for it. */
  host: string;
  /** A clause: "leads to this installation". */
  reason: string;
}

/** What a script gets beyond an empty machine. Everything here was granted. */
export interface ScriptAccess {
  files: readonly FileBind[];
  variables: Readonly<Record<string, string>>;
  /** Undefined: none at all. */
  network: NetworkAccess | undefined;
  /** The library's shared modules, as a zip archive. */
  shared: Buffer | undefined;
  /** A folder with the declared dependencies. */
  packages: string | undefined;
  /** Whether a file with these bytes must not get into the project. */
  keepsOut?: ((bytes: Buffer) => boolean) | undefined;
}

export const NO_ACCESS: ScriptAccess = {
  files: [],
  variables: {},
  network: undefined,
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
  /** The Unix socket of the run's proxy; the runner puts it there for a script with the network. */
  proxySocket?: string | undefined;
}

export interface ScriptEnd extends ProcessEnd {
  exitCode: number;
  /** Of a run that may write to files, and works on copies of them. */
  changes?: FileChanges | undefined;
  /** Of a run with the network: where it was not let through to. */
  refusedHosts?: RefusedHost[] | undefined;
}

/** A way to run scripts. */
export interface ScriptRunner {
  /** What a result's `metadata.sandbox` says. */
  name: string;
  /** What holds a run's memory, all its processes together; for people. */
  memory: string;
  /** Whether scripts run as a user of their own, who sees only what others may read. */
  runsAsOther: boolean;
  /** Throws as a process keeper does, and `sandbox_unavailable` when it could not be set up. */
  run(request: ScriptRequest, supervision: Supervision): Promise<ScriptEnd>;
}
