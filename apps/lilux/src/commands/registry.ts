import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { openTrust, type RegistryTrust } from "@lilux/kiwi";
import { isTenant, LiluxError, type Tenant, verifiedTenant } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { EXIT } from "../exit-codes.ts";
import { line, style } from "../output/styled.ts";

const KEY_ID = /^ed25519:[A-Za-z0-9_-]{43}$/;

/** `lilux registry keys` */
export async function registryKeys(
  { env, json, print }: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const { tenant, trust } = openedBy(env, options);
  const own = (await trust.keys.of(tenant))?.keyId ?? null;
  const pinned = await trust.pins.list(tenant);
  if (json) {
    print(JSON.stringify({ tenant, own, pinned }, null, 2));
    return EXIT.ok;
  }
  print(line`${style.bold(tenant)} signs with ${own ?? "no key yet: its first publish makes one"}`);
  for (const { namespace, keyIds } of pinned) {
    print(line`${style.bold(`@${namespace}`)}  ${keyIds.length === 0 ? "no key is trusted" : ""}`);
    for (const keyId of keyIds) print(`    ${keyId}`);
  }
  return EXIT.ok;
}

/** `lilux registry pin <namespace> <key-id>` */
export function registryPin(
  context: CommandContext,
  args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  return decideOnKey(context, { args, options }, async ({ tenant, trust, namespace, keyId }) => {
    await trust.pins.accept(tenant, namespace, keyId);
    return `${tenant} now takes what ${keyId} signs for @${namespace}.`;
  });
}

/** `lilux registry unpin <namespace> <key-id>` */
export function registryUnpin(
  context: CommandContext,
  args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  return decideOnKey(context, { args, options }, async ({ tenant, trust, namespace, keyId }) => {
    if (await trust.pins.reject(tenant, namespace, keyId)) {
      return `${tenant} no longer takes what ${keyId} signs for @${namespace}.`;
    }
    const message = `${keyId} is not among the keys of @${namespace}. lilux registry keys lists them.`;
    throw invalid("key-id", message);
  });
}

interface KeyInQuestion {
  tenant: Tenant;
  trust: RegistryTrust;
  namespace: string;
  keyId: string;
}

/** `decide` does it and says in a sentence what holds now. */
async function decideOnKey(
  { env, json, print }: CommandContext,
  { args, options }: { args: string[]; options: Record<string, unknown> },
  decide: (question: KeyInQuestion) => Promise<string>,
): Promise<number> {
  const { tenant, trust } = openedBy(env, options);
  const { namespace, keyId } = keyFrom(args);
  const holds = await decide({ tenant, trust, namespace, keyId });
  print(json ? JSON.stringify({ tenant, namespace, keyId }) : holds);
  return EXIT.ok;
}

/** A running instance reads the same files at each use: what is decided here holds at once. */
function openedBy(
  env: Environment,
  { tenant, state }: Record<string, unknown>,
): { tenant: Tenant; trust: RegistryTrust } {
  if (typeof tenant !== "string" || !isTenant(tenant)) {
    throw invalid("tenant", "A tenant is 1 to 32 lower-case letters, digits and hyphens.");
  }
  const folder = typeof state === "string" ? state : stateFolderOf(env);
  const trust = openTrust(resolve(folder));
  if (trust !== undefined && existsSync(folder)) return { tenant: verifiedTenant(tenant), trust };
  throw invalid(
    "state",
    `There is no state folder ${folder}. Name the instance's with --state or LILUX_STATE_DIR.`,
  );
}

/** Where `lilux up` keeps its state when it is not told. */
function stateFolderOf(env: Environment): string {
  return env["LILUX_STATE_DIR"] ?? join(".lilux", `port-${env["PORT"] ?? 8_080}`);
}

function keyFrom([namespace = "", keyId = ""]: string[]): { namespace: string; keyId: string } {
  if (!isTenant(namespace)) {
    throw invalid("namespace", "A namespace is a tenant's name, written without the @.");
  }
  if (!KEY_ID.test(keyId)) {
    throw invalid("key-id", "A key's fingerprint is ed25519: and 43 letters, as errors show it.");
  }
  return { namespace, keyId };
}

function invalid(field: string, message: string): LiluxError {
  return new LiluxError("invalid_request", { message, details: { field } });
}
