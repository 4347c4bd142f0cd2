import type { ItemType } from "@lilux/protocol";

export type Visibility = "private" | "unlisted" | "public";

/** One item, whoever asks. */
export interface ItemKey {
  namespace: string;
  itemType: ItemType;
  qualifiedId: string;
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
  /** Whether a key that the namespace does not know yet may be added to those it has. */
  mayAddKey: boolean;
}

export type PublishOutcome =
  | { kind: "published"; visibility: Visibility; latest: string }
  | { kind: "version_exists"; sha256: string }
  | { kind: "key_unknown"; registered: string[] }
  | { kind: "too_many"; what: "items" | "versions"; max: number };

export interface WantedVersion {
  /** Who asks: sees all of its own namespace, of others what is public or unlisted. */
  tenant: string;
  namespace: string;
  itemType: ItemType;
  /** Bare or qualified. */
  id: string;
  /** An exact version, a range, or undefined for the newest release. */
  version: string | undefined;
}

export interface StoredVersion extends ItemKey {
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
}

/** All that is needed to check a version and to read it. */
export type SignedText = Pick<
  StoredVersion,
  "version" | "content" | "sha256" | "publishedAt" | "keyId" | "publicKey" | "signature"
> &
  ItemKey;

export type OpenOutcome =
  | { kind: "found"; version: StoredVersion }
  | { kind: "no_item" }
  | { kind: "ambiguous"; qualifiedIds: string[] }
  | { kind: "no_version"; available: string[] };

export interface RegistryQuery {
  tenant: string;
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
  /** The query's words that matched. */
  why: string[];
  /** What the columns above are to be a copy of; undefined when that version is not there. */
  signed: SignedText | undefined;
}
