import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { KiwiConfig } from "../config.ts";

/**
 * Folders that are named and not there are a slip, and would start as an empty
 * library that nobody asked for. Throws `config_invalid`, naming the variable.
 */
export async function assertFolders(
  config: Pick<KiwiConfig, "project" | "tenantRoot">,
): Promise<void> {
  const named = { LILUX_PROJECT: config.project, LILUX_TENANT_ROOT: config.tenantRoot };
  const problems: string[] = [];
  for (const [variable, path] of Object.entries(named)) {
    if (path === undefined) continue;
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory() === true) continue;
    problems.push(`  ${variable} names ${resolve(path)}, which is no folder`);
  }
  if (problems.length === 0) return;
  throw new LiluxError("config_invalid", {
    message: `These settings cannot be used:\n${problems.join("\n")}\nCorrect the path, or make the folder.`,
  });
}
