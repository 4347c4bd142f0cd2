import {
  createTokenComparer,
  type QuantisedEmbedding,
  type TokenCloseness,
  type TokenComparer,
} from "@lilux/core/embedding";
import type { LibraryEntry } from "./library-entry.ts";
import { textHashOf } from "./text-hash.ts";

/**
 * The items of one library token by token: a vector for each word of an item's text, as bytes with
 * one scale a text. Compared only for items that a line is near to anyhow.
 */
export interface ItemTokens {
  /** Of one vector; 0 while no model gives any. */
  readonly width: number;
  /** Begins anew with another model. */
  adopt(width: number): void;
  /** Ignored when another text stands under the key by now, and when the width is another. */
  set(key: string, textHash: string, tokens: QuantisedEmbedding): void;
  /** Those of a text, where an item of that text has any. */
  ofText(textHash: string): QuantisedEmbedding | undefined;
  /** All at hand, by `tokensHashOf` the hash of their text. */
  all(): Map<string, QuantisedEmbedding>;
  /** How near a line is to each of these entries that has tokens. */
  compare(
    line: Float32Array,
    entries: readonly LibraryEntry[],
  ): ReadonlyMap<LibraryEntry, TokenCloseness>;
}

/** The index's own side of it. */
export interface TokenRows extends ItemTokens {
  remove(entry: LibraryEntry): void;
}

/** Items of one text share its tokens. */
interface SharedTokens {
  tokens: QuantisedEmbedding;
  entries: Set<LibraryEntry>;
}

export function createTokenRows(
  find: (key: string) => LibraryEntry | undefined,
  itemsMax: number,
): TokenRows {
  const rows = new Map<string, SharedTokens>();
  let width = 0;
  let comparer: TokenComparer | undefined;
  return {
    get width() {
      return width;
    },
    adopt(wanted) {
      rows.clear();
      width = wanted;
      comparer = width === 0 ? undefined : createTokenComparer(width);
    },
    set(key, textHash, tokens) {
      const entry = find(key);
      if (entry?.textHash !== textHash || width === 0 || tokens.bytes.length % width !== 0) return;
      const shared = rows.get(textHash) ?? { tokens, entries: new Set() };
      if (!rows.has(textHash) && rows.size >= itemsMax) return;
      shared.entries.add(entry);
      rows.set(textHash, shared);
    },
    ofText: (textHash) => rows.get(textHash)?.tokens,
    all() {
      const found = new Map<string, QuantisedEmbedding>();
      for (const [textHash, { tokens }] of rows) found.set(tokensHashOf(textHash), tokens);
      return found;
    },
    compare(line, entries) {
      const found = new Map<LibraryEntry, TokenCloseness>();
      if (comparer === undefined || line.length === 0 || line.length % width !== 0) return found;
      const near = entries.flatMap((entry) => {
        const tokens = rows.get(entry.textHash)?.tokens;
        return tokens === undefined ? [] : [{ entry, tokens }];
      });
      const closeness = comparer.compare(
        line,
        near.map(({ tokens }) => tokens),
      );
      for (const [at, { entry }] of near.entries()) {
        const close = closeness[at];
        if (close !== undefined) found.set(entry, close);
      }
      return found;
    },
    remove(entry) {
      const shared = rows.get(entry.textHash);
      shared?.entries.delete(entry);
      if (shared?.entries.size === 0) rows.delete(entry.textHash);
    },
  };
}

/** The name of a text's tokens beside that of its embedding. */
export function tokensHashOf(textHash: string): string {
  return textHashOf(`tokens\n${textHash}`);
}
