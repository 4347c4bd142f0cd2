import { existsSync } from "node:fs";
import { startContainerServer } from "./container-server.ts";
import { findBinary } from "./find-binary.ts";
import { givenServer } from "./given-server.ts";
import { startProcessServer } from "./process-server.ts";
import type { ServerSpec } from "./server-spec.ts";
import { SERVER_SPECS } from "./server-specs.ts";
import type { ServerKind, TestServer } from "./test-server.ts";

export interface StartServerOptions {
  /** A free one unless told. */
  port?: number | undefined;
  /** Where its files lie; without it in a folder that goes when it stops. */
  directory?: string | undefined;
  /** The test will kill or freeze it: never the one the environment named. */
  owned?: boolean | undefined;
  /** A configuration file of this machine. */
  configFile?: string | undefined;
}

/**
 * Starts a server for a test: the one the environment names, else a container
 * where an engine answers, else the binary. Rejects when there is none.
 */
export async function startServer(
  kind: ServerKind,
  options: StartServerOptions,
): Promise<TestServer> {
  const spec = SERVER_SPECS[kind];
  const { port, directory, configFile } = options;
  const hasFiles = directory !== undefined || configFile !== undefined;
  const owned = options.owned === true || port !== undefined || hasFiles;
  const url = process.env[spec.urlVariable];
  if (url && !owned) return givenServer(url, spec.urlVariable);
  const binary = findBinary(spec.binary);
  // A folder of the test is simpler to share with a process than with a container.
  const preferBinary =
    configFile !== undefined || (directory !== undefined && binary !== undefined);
  if (mayHaveEngine() && !preferBinary) {
    const server = await startContainerServer(spec, { port, directory });
    if (server !== undefined) return server;
  }
  if (binary === undefined) throw new Error(describeMissing(spec));
  return startProcessServer({ spec, binary, port, directory, configFile });
}

/** Why tests that need such a server cannot run here; undefined when they can. */
export function whyNoServer(kind: ServerKind): string | undefined {
  const spec = SERVER_SPECS[kind];
  const found = process.env[spec.urlVariable] || mayHaveEngine() || findBinary(spec.binary);
  return found ? undefined : describeMissing(spec);
}

function describeMissing({ binary, urlVariable }: ServerSpec): string {
  return `no ${binary} on PATH, no Docker engine, and ${urlVariable} is not set`;
}

function mayHaveEngine(): boolean {
  return Boolean(process.env["DOCKER_HOST"]) || existsSync("/var/run/docker.sock");
}
