import type { Clock } from "@lilux/core/async";
import { type QuantisedEmbedding, quantise } from "@lilux/core/embedding";
import type { LibraryIndex } from "@lilux/library-index";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { LRUCache } from "lru-cache";
import type { RouterModel } from "../model/router-model.ts";
import type { EmbeddingMap } from "./embedding-cache.ts";
import type { FillTurns } from "./fill-turns.ts";

export interface FillPhrasesOptions {
  tenant: Tenant;
  library: LibraryIndex;
  signal: AbortSignal;
}

/** What was embedded for one tenant serves another that has the same text. */
export type SharedEmbeddings = LRUCache<string, QuantisedEmbedding>;

export interface FillPhrasesDeps {
  model: Pick<RouterModel, "readLine">;
  clock: Pick<Clock, "unix">;
  turns: FillTurns;
  lines: SharedEmbeddings;
}

const LINE_DEADLINE_MS = 30_000;
const ITEMS_AT_ONCE = 64;
/** Items are embedded before anybody's phrasings. */
const BEHIND_ITEMS = 1_000_000_000;

/** Takes over what the cache on disk holds of the items' phrasings. */
export function takePhrases({ phrases }: LibraryIndex, kept: EmbeddingMap): void {
  for (const pending of phrases.pending()) {
    const embeddings = pending.hashes.flatMap((hash) => kept.get(hash) ?? []);
    if (embeddings.length === pending.hashes.length) phrases.set(pending, embeddings);
  }
}

/**
 * Embeds the phrasings of a library's items, one line after the other, behind everything that
 * somebody waits for. Rejects when the model cannot; what was done by then is kept.
 */
export async function fillPhrases(
  { tenant, library: { phrases }, signal }: FillPhrasesOptions,
  { model, clock, turns, lines }: FillPhrasesDeps,
): Promise<void> {
  while (phrases.pendingCount > 0) {
    const known = phrases.all();
    for (const pending of phrases.pending(ITEMS_AT_ONCE)) {
      const done = await turns.take(BEHIND_ITEMS + phrases.pendingCount, signal);
      try {
        const embeddings: QuantisedEmbedding[] = [];
        for (const [at, text] of pending.texts.entries()) {
          const hash = pending.hashes[at] ?? "";
          embeddings.push(known.get(hash) ?? lines.get(hash) ?? (await embedLine(text, hash)));
        }
        phrases.set(pending, embeddings);
      } finally {
        done();
      }
    }
  }

  async function embedLine(text: string, hash: string): Promise<QuantisedEmbedding> {
    const { embedding } = await model.readLine(text, {
      tenant,
      purpose: "background",
      deadlineAt: clock.unix() + LINE_DEADLINE_MS,
      signal,
    });
    if (embedding === undefined) throw new LiluxError("not_available_yet");
    const made = quantise(embedding);
    lines.set(hash, made);
    return made;
  }
}
