import { join } from "node:path";
import { connectStreamArchive } from "@lilux/bus";
import { type Database, openDatabase } from "@lilux/database";
import { natsAddress, openTlsOf, processSettings, readSettings } from "@lilux/runtime";
import { embeddedDatabaseUrl } from "../embedded/embedded-database-url.ts";
import type { Environment } from "../environment.ts";
import { databasesOf } from "./databases-of.ts";
import type { DistributedParts } from "./distributed-source.ts";

/** Who names a bus means an instance of several processes. */
export function isDistributed(env: Environment): boolean {
  return (env["LILUX_NATS_URL"]?.trim() ?? "") !== "";
}

/** The state folder that is meant: what was named, else that of `npm start`. */
export function stateDirectoryOf(env: Environment, options: Record<string, unknown>): string {
  const named = options["state"] ?? env["LILUX_STATE_DIR"];
  return typeof named === "string" ? named : join(process.cwd(), ".lilux", "port-8080");
}

/** The registry's database of an instance of one process: the one that is named, else in its folder. */
export function databaseUrlOf(env: Environment, stateDirectory: string): string {
  const named = env["LILUX_DATABASE_URL"]?.trim() ?? "";
  return named === "" ? embeddedDatabaseUrl(stateDirectory) : named;
}

/** Opens the servers that the variables name, does something with them and closes them again. */
export async function withServers<T>(
  env: Environment,
  options: Record<string, unknown>,
  work: (parts: DistributedParts) => Promise<T>,
): Promise<T> {
  const settings = readSettings(processSettings(0), env);
  const { url, user, password } = natsAddress(settings);
  const tls = openTlsOf(settings, "operator", () => undefined);
  const archive = await connectStreamArchive({ url, user, password, tls });
  const databases: Record<string, Database> = {};
  try {
    for (const [file, address] of databasesOf(env)) databases[file] = openDatabase(address);
    const named = options["state"] ?? env["LILUX_STATE_DIR"];
    const stateDirectory = typeof named === "string" && named !== "" ? named : undefined;
    return await work({ archive, databases, stateDirectory });
  } finally {
    for (const database of Object.values(databases)) await database.close();
    await archive.close();
  }
}
