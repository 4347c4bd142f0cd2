import type { StoredLibrary } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import { isSignedBy, keyIdOf } from "../ed25519.ts";

type Statement = Pick<StoredLibrary, "namespace" | "name" | "version" | "items" | "publishedAt">;

/** The bytes that are signed of a library: UTF-8 lines in this order, items by type and id, each ended by `\n`. */
export function libraryStatementBytes(library: Statement): Buffer {
  const { namespace, name, version, items, publishedAt } = library;
  const listed = items
    .map(
      ({ item_type, qualified_id, version: at, sha256, signature }) =>
        `item: ${item_type} ${qualified_id} ${at} ${sha256} ${signature}`,
    )
    .toSorted();
  const lines = [
    "lilux-library-statement/v1",
    `namespace: ${namespace}`,
    `library: ${name}`,
    `version: ${version}`,
    `published_at: ${publishedAt.toISOString()}`,
    ...listed,
  ];
  if (lines.some((line) => /[\r\n]/.test(line))) throw new Error("a value holds a line end");
  return Buffer.from(`${lines.join("\n")}\n`, "utf8");
}

/** Whether it is what somebody signed; answers the id of the key. Throws `content_tampered`. */
export function verifyLibrary(library: StoredLibrary): string {
  const { keyId, publicKey, signature, namespace, name, version } = library;
  const isSigned =
    keyIdOf(publicKey) === keyId &&
    isSignedBy(publicKey, libraryStatementBytes(library), signature);
  if (isSigned) return keyId;
  throw new LiluxError("content_tampered", {
    message: `The library @${namespace}/${name}@${version} is not what its publisher signed. Nothing of it was applied. Tell its publisher.`,
    details: { version, why: "its signature is not over these items" },
  });
}
