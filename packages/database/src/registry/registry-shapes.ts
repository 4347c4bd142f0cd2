import type { ItemType, Tenant } from "@lilux/protocol";
import type { Publisher } from "./namespace-rights.ts";

export type Visibility = "private" | "unlisted" | "public";

/** One item, whoever asks. */
export interface ItemKey {
  namespace: string;
  itemType: ItemType;
  qualifiedId: string;
}

/** Of a version: under which licence, of which sources, and who built it. Null: not said. */
export interface VersionFacts {
  license: string | null;
  sourceRepository: string | null;
  sourceCommit: string | null;
  builtBy: string | null;
}

export interface NewVersion extends ItemKey {
  itemId: string;
  category: string;
  name: string;
  description: string;
  tags: string[];
  /** Undefined keeps the item's, which begins as private. */
  visibility: Visibility | undefined;
  version: string;
  content: string;
  sha256: string;
  changelog: string;
  publisher: string;
  publishedAt: Date;
  keyId: string;
  publicKey: string;
  signature: string;
  /** What the publisher says of where it comes from; signed where any of it is said. */
  facts: VersionFacts;
  /** Who publishes it; their right to is looked at in the very transaction. */
  by: Publisher;
  /** Whether a key that the namespace does not know yet may be added to those it has. */
  mayAddKey: boolean;
}

export type PublishOutcome =
  | { kind: "published"; visibility: Visibility; latest: string }
  | { kind: "version_exists"; sha256: string }
  | { kind: "key_unknown"; registered: string[] }
  | { kind: "not_yours" }
  | { kind: "restricted" }
  | { kind: "too_many"; what: "items" | "versions"; max: number };

export interface WantedVersion {
  /** Who asks: sees all of its own namespace, of others what is public or unlisted. */
  tenant: Tenant;
  namespace: string;
  itemType: ItemType;
  /** Bare or qualified. */
  id: string;
  /** An exact version, a range, or undefined for the newest release. */
  version: string | undefined;
}

export interface DownloadCounts {
  /** Tenants that took this version. */
  version: number;
  /** Tenants that took any version. */
  item: number;
}

export interface StoredVersion extends ItemKey, VersionFacts {
  version: string;
  content: string;
  sha256: string;
  changelog: string;
  publisher: string;
  publishedAt: Date;
  keyId: string | null;
  /** The key of that id as registered; null when there is none. */
  publicKey: string | null;
  signature: string | null;
  yankedAt: Date | null;
  yankReason: string | null;
  visibility: Visibility;
  downloads: DownloadCounts;
}

/** All that is needed to check a version and to read it. */
export type SignedText = Pick<
  StoredVersion,
  | "version"
  | "content"
  | "sha256"
  | "publishedAt"
  | "keyId"
  | "publicKey"
  | "signature"
  | keyof VersionFacts
> &
  ItemKey;

export type OpenOutcome =
  | { kind: "found"; version: StoredVersion }
  | { kind: "no_item" }
  /** It was there, and the operator took it down. */
  | { kind: "taken_down"; reason: string }
  | { kind: "not_allowed"; publishers: string[] }
  | { kind: "ambiguous"; qualifiedIds: string[] }
  | { kind: "no_version"; available: string[] };

export interface RegistryQuery {
  tenant: Tenant;
  itemType: ItemType;
  query: string;
  limit: number;
}

export interface RegistryHit extends ItemKey {
  itemId: string;
  name: string;
  description: string;
  category: string;
  tags: string[];
  version: string;
  visibility: Visibility;
  /** 0 to 1. */
  score: number;
  /** Tenants that took it. */
  downloads: number;
  /** The query's words that matched. */
  why: string[];
  /** What the columns above are to be a copy of; undefined when that version is not there. */
  signed: SignedText | undefined;
}
