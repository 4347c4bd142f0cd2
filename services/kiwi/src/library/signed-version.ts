import type { StoredVersion, VersionFacts } from "@lilux/database";

/** What a signature vouches for, wherever the three were kept. */
export type SignedVersion = Pick<
  StoredVersion,
  | "namespace"
  | "itemType"
  | "qualifiedId"
  | "version"
  | "content"
  | "sha256"
  | "publishedAt"
  | "keyId"
  | "publicKey"
  | "signature"
  | keyof VersionFacts
>;
