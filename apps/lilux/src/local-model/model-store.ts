import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createParser, LiluxError } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { Environment } from "../environment.ts";
import { AdapterRole } from "./shipped-adapter.ts";

/** What lies in a model's folder, as it was put there. */
const InstalledModel = Type.Object({
  schema: Type.Literal(1),
  name: Type.String(),
  base: Type.Object({ name: Type.String(), licence: Type.String(), sha256: Type.String() }),
  /** Undefined: the plain base answers. */
  adapter: Type.Optional(
    Type.Object({
      version: Type.String(),
      licence: Type.String(),
      sha256: Type.String(),
      /** Older records have none: such adapters were for all of the work. */
      role: Type.Optional(AdapterRole),
    }),
  ),
  hasTemplate: Type.Boolean(),
  addedAt: Type.String(),
});
export type InstalledModel = Static<typeof InstalledModel>;

export const RECORD = "model.json";
export const WEIGHTS = "base.gguf";
export const ADAPTER = "adapter.gguf";
export const TEMPLATE = "chat-template.jinja";
/** The server's files, where this machine had none. */
export const SERVER_FOLDER = "llama-cpp";

const records = createParser(InstalledModel, RECORD);

/** Of every instance that has no state folder of its own: weights are large, and the same for all. */
export function modelsDirectory(env: Environment): string {
  return join(env["LILUX_STATE_DIR"] ?? join(process.cwd(), ".lilux"), "models");
}

/** Undefined where it is not there, or was not put there to the end. */
export async function readInstalled(
  directory: string,
  name: string,
): Promise<InstalledModel | undefined> {
  const text = await readFile(join(directory, name, RECORD), "utf8").catch(() => undefined);
  if (text === undefined || !existsSync(join(directory, name, WEIGHTS))) return undefined;
  return records.parse(JSON.parse(text));
}

export async function listInstalled(directory: string): Promise<InstalledModel[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const found = await Promise.all(names.sort().map((name) => readInstalled(directory, name)));
  return found.filter((model) => model !== undefined);
}

/** The server goes with the last model. Throws `invalid_request` where there is no such model. */
export async function removeInstalled(directory: string, name: string): Promise<void> {
  const installed = await listInstalled(directory);
  if (!installed.some((model) => model.name === name)) {
    const names = installed.map((model) => model.name).join(", ") || "none";
    throw new LiluxError("invalid_request", {
      message: `"${name}" is not in ${directory}; there is: ${names}.`,
      details: { field: "name" },
    });
  }
  await rm(join(directory, name), { recursive: true, force: true });
  if (installed.length === 1) {
    await rm(join(directory, SERVER_FOLDER), { recursive: true, force: true });
  }
}
