import { resolve } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { isDistributed, stateDirectoryOf, withServers } from "../backup/instance-of.ts";
import { type Manifest, readBackup } from "../backup/manifest.ts";
import { restoreDistributed } from "../backup/restore-distributed.ts";
import { restoreEmbedded } from "../backup/restore-embedded.ts";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { restoreTenantOf } from "./restore-tenant.ts";

/**
 * `lilux restore <folder>`: a backup into a new state folder, or into new servers, before they are used.
 * With `--tenant`, one tenant of it into an instance that is stopped.
 */
export async function restore(
  context: CommandContext,
  [folder = ""]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const { env, json, print } = context;
  const directory = resolve(folder);
  const manifest = await readBackup(directory);
  assertMode(manifest, isDistributed(env));
  if (typeof options["tenant"] === "string") {
    return restoreTenantOf(context, { directory, manifest }, options);
  }
  if (isDistributed(env)) {
    await withServers(env, options, (parts) => restoreDistributed(directory, manifest, parts));
  } else {
    const stateDirectory = resolve(stateDirectoryOf(env, options));
    await restoreEmbedded(directory, manifest, { env, stateDirectory });
  }
  const mark = new Date(manifest.markedAt).toISOString();
  if (json) print(JSON.stringify({ restored: true, markedAt: manifest.markedAt }));
  else print(`Restored: everything that was acknowledged before ${mark}. Start the services now.`);
  return EXIT.ok;
}

function assertMode({ mode }: Manifest, distributed: boolean): void {
  if (distributed === (mode === "distributed")) return;
  throw new LiluxError("config_invalid", {
    message: distributed
      ? "This is a backup of one process: restore it without LILUX_NATS_URL, into a state folder."
      : "This is a backup of several processes: name the new nats-server with LILUX_NATS_URL.",
  });
}
