import { join } from "node:path";
import { LiluxError, type RegistryOrigin, type Tenant } from "@lilux/protocol";
import { itemPlaceOf } from "../library/item-place.ts";
import { hashText } from "../library/read-item-file.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { readLock, signedFrom } from "./lock-file.ts";
import type { RegistryTrust } from "./open-trust.ts";
import { namespaceOfCategory } from "./registry-id.ts";
import type { RegistryParts } from "./registry-parts.ts";
import { itemTakenDown } from "./registry-refusals.ts";
import { saidOf } from "./said-of.ts";
import type { TakenDown } from "./taken-down.ts";
import { verifyVersion } from "./verify-version.ts";

export interface PulledFile {
  /** The real path of the library's `.ai`. */
  root: string;
  /** Relative to it. */
  path: string;
  /** As just read: what is checked is what is used. */
  text: string;
}

/**
 * A file in a folder of a namespace, `directives/@acme/…`, says that acme signed
 * it. It must match the lock beside it, the lock its signature, and the key the
 * pins. Without the lock, or changed by a single letter, it is refused.
 */
export async function checkPulledItem(
  { trusted }: Pick<RegistryParts, "trusted">,
  tenant: Tenant,
  { root, path, text }: PulledFile,
): Promise<RegistryOrigin | undefined> {
  const signed = await signedOrigin({ root, path, text });
  if (signed === undefined) return undefined;
  const { pins, takenDown } = trusted();
  await assertUp(takenDown, path);
  await pins.check(tenant, signed.namespace, signed.key_id);
  return signed;
}

/**
 * Whether a pulled file may be listed. Nobody has asked for it by name yet, so that no
 * key is pinned by it. Throws `ParseFailure`, whose words are the list's.
 */
export async function vouchForPulled(
  trust: RegistryTrust | undefined,
  tenant: Tenant,
  file: PulledFile,
): Promise<void> {
  try {
    const signed = await signedOrigin(file);
    if (signed === undefined || trust === undefined) return;
    await assertUp(trust.takenDown, file.path);
    await trust.pins.look(tenant, signed.namespace, signed.key_id);
  } catch (error) {
    if (!(error instanceof LiluxError)) throw error;
    const why = error.details?.["why"];
    throw new ParseFailure({
      cause: `it was pulled from the registry, and ${typeof why === "string" ? why : error.message}`,
      fix: "Nothing of it is shown. Load it from the registry again, or move it out of the @ folder.",
    });
  }
}

/** Throws `item_taken_down`. */
async function assertUp(takenDown: TakenDown, path: string): Promise<void> {
  const place = itemPlaceOf(path);
  if (place === undefined) return;
  const { item_type, qualified_id: item_id } = place;
  const down = await takenDown.of({ item_type, item_id });
  if (down !== undefined) throw itemTakenDown(`${item_type} ${item_id}`, down.reason);
}

/** As its signature says, whoever's key that is. Undefined for a file that was not pulled. */
async function signedOrigin({ root, path, text }: PulledFile): Promise<RegistryOrigin | undefined> {
  const place = itemPlaceOf(path);
  const namespace = namespaceOfCategory(place?.category ?? "");
  if (place === undefined || namespace === undefined) return undefined;
  const versions = await readLock(join(root, path));
  if (versions.length === 0) {
    throw noLongerSigned(path, "the lock beside it is missing or unreadable");
  }
  const sha256 = hashText(text);
  const lock = versions.find((locked) => locked.sha256 === sha256);
  if (lock === undefined) throw noLongerSigned(path, "its text does not match its hash");
  const registryId = `@${lock.namespace}/${lock.qualified_id}`;
  if (lock.item_type !== place.item_type || registryId !== place.qualified_id) {
    throw noLongerSigned(path, "the lock beside it belongs to another item");
  }
  const keyId = verify(path, () => verifyVersion(signedFrom(lock, text)));
  const { version, published_at } = lock;
  const said = saidOf(signedFrom(lock, text));
  return { namespace, version, sha256, key_id: keyId, published_at, ...said };
}

function verify(path: string, check: () => string): string {
  try {
    return check();
  } catch (error) {
    const why = error instanceof LiluxError ? error.details?.["why"] : undefined;
    throw noLongerSigned(path, typeof why === "string" ? why : "its lock cannot be read", error);
  }
}

export function noLongerSigned(path: string, why: string, cause?: unknown): LiluxError {
  return new LiluxError("content_tampered", {
    message: `.ai/${path} was pulled from the registry and no longer is what its publisher signed: ${why}. It was neither shown nor run. Remove it and load it again; or, to keep your changes, move it out of the @ folder: it is then an item of your own.`,
    details: { path, why },
    cause,
  });
}
