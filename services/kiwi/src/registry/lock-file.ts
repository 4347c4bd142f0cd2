import { readFile } from "node:fs/promises";
import { putFile, type WritingFiles } from "@lilux/files";
import { createParser, ItemType } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { lockPathOf } from "../library/item-place.ts";
import type { SignedVersion } from "../library/signed-version.ts";
import { saidOf } from "./said-of.ts";

const text = Type.String({ minLength: 1, maxLength: 512 });

/** All that is needed to verify one version without the registry. */
const LockedVersion = Type.Object({
  namespace: text,
  item_type: ItemType,
  qualified_id: text,
  version: text,
  sha256: text,
  published_at: text,
  key_id: text,
  public_key: text,
  signature: text,
  license: Type.Optional(text),
  source_repository: Type.Optional(text),
  source_commit: Type.Optional(text),
  built_by: Type.Optional(text),
});
export type LockedVersion = Static<typeof LockedVersion>;

/**
 * What lies beside a pulled file: its version, and the one before. It is written
 * before the file changes, so that whatever happens in between, and whoever reads
 * meanwhile, the file matches one of the two.
 */
const Lock = Type.Object({
  format: Type.Literal("lilux-lock/v1"),
  versions: Type.Array(LockedVersion, { minItems: 1, maxItems: 2 }),
});
type Lock = Static<typeof Lock>;

const parser = createParser(Lock, "lock file");
const BYTES_MAX = 16_384;

/** The versions a file may be; none when there is no lock, or what is there is no lock. */
export async function readLock(path: string): Promise<LockedVersion[]> {
  try {
    const bytes = await readFile(lockPathOf(path));
    const value: unknown = JSON.parse(bytes.subarray(0, BYTES_MAX).toString("utf8"));
    return parser.is(value) ? value.versions : [];
  } catch {
    return [];
  }
}

/** Lets the file become another version. `before` is the one it is now. */
export async function writeLock(
  files: WritingFiles,
  path: string,
  { signed, before }: { signed: SignedVersion; before: LockedVersion | undefined },
): Promise<void> {
  const { namespace, itemType, qualifiedId, version, sha256, publishedAt } = signed;
  const locked: LockedVersion = {
    namespace,
    item_type: itemType,
    qualified_id: qualifiedId,
    version,
    sha256,
    published_at: publishedAt.toISOString(),
    key_id: signed.keyId ?? "",
    public_key: signed.publicKey ?? "",
    signature: signed.signature ?? "",
    ...saidOf(signed),
  };
  const isOther = before !== undefined && before.sha256 !== sha256;
  const lock: Lock = { format: "lilux-lock/v1", versions: isOther ? [locked, before] : [locked] };
  const text = `${JSON.stringify(lock, null, 2)}\n`;
  await putFile(files, { path: lockPathOf(path), text, mode: 0o644, as: "replacement" });
}

/** A locked version and the text beside it, as what a signature vouches for. */
export function signedFrom(lock: LockedVersion, content: string): SignedVersion {
  return {
    namespace: lock.namespace,
    itemType: lock.item_type,
    qualifiedId: lock.qualified_id,
    version: lock.version,
    content,
    sha256: lock.sha256,
    publishedAt: new Date(lock.published_at),
    keyId: lock.key_id,
    publicKey: lock.public_key,
    signature: lock.signature,
    license: lock.license ?? null,
    sourceRepository: lock.source_repository ?? null,
    sourceCommit: lock.source_commit ?? null,
    builtBy: lock.built_by ?? null,
  };
}
