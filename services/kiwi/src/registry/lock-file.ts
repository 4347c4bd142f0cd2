import { readFile } from "node:fs/promises";
import { createParser, ItemType } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { SignedVersion } from "./verify-version.ts";
import { replaceFile } from "./write-new-file.ts";

const text = Type.String({ minLength: 1, maxLength: 512 });

/** What lies beside a pulled file: all that is needed to verify it without the registry. */
const Lock = Type.Object({
  format: Type.Literal("lilux-lock/v1"),
  namespace: text,
  item_type: ItemType,
  qualified_id: text,
  version: text,
  sha256: text,
  published_at: text,
  key_id: text,
  public_key: text,
  signature: text,
});
export type Lock = Static<typeof Lock>;

const parser = createParser(Lock, "lock file");
const BYTES_MAX = 16_384;

export function lockPathOf(path: string): string {
  return `${path}.lock`;
}

/** Undefined when there is none, or what is there is no lock. */
export async function readLock(path: string): Promise<Lock | undefined> {
  try {
    const bytes = await readFile(lockPathOf(path));
    const value: unknown = JSON.parse(bytes.subarray(0, BYTES_MAX).toString("utf8"));
    return parser.is(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export async function writeLock(path: string, signed: SignedVersion): Promise<void> {
  const { namespace, itemType, qualifiedId, version, sha256, publishedAt } = signed;
  const lock: Lock = {
    ...{ format: "lilux-lock/v1", namespace, item_type: itemType, qualified_id: qualifiedId },
    ...{ version, sha256, published_at: publishedAt.toISOString() },
    key_id: signed.keyId ?? "",
    public_key: signed.publicKey ?? "",
    signature: signed.signature ?? "",
  };
  await replaceFile(lockPathOf(path), `${JSON.stringify(lock, null, 2)}\n`, 0o644);
}

/** The lock and the text beside it, as what a signature vouches for. */
export function signedFrom(lock: Lock, content: string): SignedVersion {
  return {
    ...{ namespace: lock.namespace, itemType: lock.item_type, qualifiedId: lock.qualified_id },
    ...{ version: lock.version, content, sha256: lock.sha256 },
    publishedAt: new Date(lock.published_at),
    ...{ keyId: lock.key_id, publicKey: lock.public_key, signature: lock.signature },
  };
}
