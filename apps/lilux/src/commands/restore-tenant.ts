import { join, resolve } from "node:path";
import { lockDirectory } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { isTenant, LiluxError, verifiedTenant } from "@lilux/protocol";
import type { DistributedParts } from "../backup/distributed-source.ts";
import { DATABASE_FILE } from "../backup/embedded-source.ts";
import {
  databaseUrlOf,
  isDistributed,
  stateDirectoryOf,
  withServers,
} from "../backup/instance-of.ts";
import type { Manifest } from "../backup/manifest.ts";
import { type RestoredTenant, restoreOneTenant } from "../backup/restore-one-tenant.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { EXIT } from "../exit-codes.ts";
import { line } from "../output/styled.ts";
import { askName } from "./ask-name.ts";

export interface KeptInstance {
  directory: string;
  manifest: Manifest;
}

/** `lilux restore <folder> --tenant <tenant>`: asks for its name again, since what it has now gives way. */
export async function restoreTenantOf(
  { env, json, print }: CommandContext,
  { directory, manifest }: KeptInstance,
  options: Record<string, unknown>,
): Promise<number> {
  const named = String(options["tenant"]);
  await confirmed(named, options["yes"]);
  if (!isTenant(named)) {
    throw new LiluxError("config_invalid", {
      message: `The backup has no tenant ${named}. Nothing was restored.`,
    });
  }
  const tenant = verifiedTenant(named);
  const whose = { tenant, actor: "operator", at: Date.now() };
  const restored = isDistributed(env)
    ? await withServers(env, options, async (parts) => {
        await assertStopped(parts);
        return restoreOneTenant(directory, manifest, { ...whose, ...parts });
      })
    : await intoFolder(env, options, (parts) =>
        restoreOneTenant(directory, manifest, { ...whose, ...parts }),
      );
  if (json) print(JSON.stringify({ tenant, markedAt: manifest.markedAt, ...restored }));
  else print(told(tenant, manifest.markedAt, restored));
  return EXIT.ok;
}

/** Refused while the instance runs: it would write over what comes back. */
async function intoFolder<T>(
  env: Environment,
  options: Record<string, unknown>,
  work: (parts: Pick<DistributedParts, "databases" | "stateDirectory">) => Promise<T>,
): Promise<T> {
  const stateDirectory = resolve(stateDirectoryOf(env, options));
  const release = await lockDirectory(join(stateDirectory, "journal"));
  const database = openDatabase(databaseUrlOf(env, stateDirectory));
  try {
    return await work({ databases: { [DATABASE_FILE]: database }, stateDirectory });
  } finally {
    await database.close();
    await release();
  }
}

async function assertStopped({ archive }: Pick<DistributedParts, "archive">): Promise<void> {
  if (!(await archive.isInUse())) return;
  throw new LiluxError("config_invalid", {
    message:
      "Services of Lilux are at this nats-server. Stop them all, and restore the tenant then.",
  });
}

async function confirmed(tenant: string, yes: unknown): Promise<void> {
  const warning = `What ${tenant} has now gives way to what it had when the backup was made.`;
  if (yes === undefined && !process.stdin.isTTY) {
    throw new LiluxError("confirm_required", {
      message: `${warning} Say its name again: --yes ${tenant}`,
    });
  }
  const said = typeof yes === "string" ? yes : await askName(warning);
  if (said === tenant) return;
  throw new LiluxError("confirm_required", {
    message: `That is not ${tenant}. Nothing was restored.`,
  });
}

function told(tenant: string, markedAt: number, { rows, signingKeys }: RestoredTenant) {
  const count = Object.values(rows).reduce((sum, one) => sum + one, 0);
  return line`${tenant} is as it was at ${new Date(markedAt).toISOString()}: ${count} rows and ${signingKeys} signing keys came back. Its library comes with them where it is in the database; a folder you bring back yourself. Start the services now.`;
}
