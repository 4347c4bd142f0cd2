import type { ServerKind } from "./test-server.ts";

/** How one kind of server is found and started. */
export interface ServerSpec {
  kind: ServerKind;
  urlVariable: string;
  binary: string;
  image: string;
  containerPort: number;
  url(port: number): string;
  processArguments(port: number, directory: string): string[];
  /** How it is told a configuration file; before all other arguments. */
  configArguments?(file: string): string[];
  containerCommand: string[];
  containerEnvironment?: Readonly<Record<string, string>>;
  /** Makes a folder ready before the first start, and says as whom the server runs. */
  prepare?(binary: string, directory: string): ServerUser;
  /** Whether a server whose port is open takes work yet. */
  takesWork?(binary: string, port: number): boolean;
  /** Asks it to end; SIGTERM unless told. */
  stopSignal?: NodeJS.Signals;
}

/** Empty: as this process. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}
