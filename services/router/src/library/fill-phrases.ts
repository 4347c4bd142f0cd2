import type { Clock } from "@lilux/core/async";
import { type QuantisedEmbedding, quantise } from "@lilux/core/embedding";
import type { LibraryIndex } from "@lilux/library-index";
import { LiluxError } from "@lilux/protocol";
import type { RouterModel } from "../model/router-model.ts";
import type { EmbeddingMap } from "./embedding-cache.ts";

export interface FillPhrasesOptions {
  tenant: string;
  library: LibraryIndex;
  signal: AbortSignal;
}

const LINE_DEADLINE_MS = 30_000;
const ITEMS_AT_ONCE = 64;

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
  { model, clock }: { model: Pick<RouterModel, "readLine">; clock: Pick<Clock, "unix"> },
): Promise<void> {
  while (phrases.pendingCount > 0) {
    const known = phrases.all();
    for (const pending of phrases.pending(ITEMS_AT_ONCE)) {
      const embeddings: QuantisedEmbedding[] = [];
      for (const [at, text] of pending.texts.entries()) {
        const held = known.get(pending.hashes[at] ?? "");
        embeddings.push(held ?? (await embedLine(text)));
      }
      phrases.set(pending, embeddings);
    }
  }

  async function embedLine(text: string): Promise<QuantisedEmbedding> {
    const { embedding } = await model.readLine(text, {
      tenant,
      purpose: "background",
      deadlineAt: clock.unix() + LINE_DEADLINE_MS,
      signal,
    });
    if (embedding === undefined) throw new LiluxError("not_available_yet");
    return quantise(embedding);
  }
}
