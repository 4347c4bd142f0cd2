import { quantise } from "@lilux/core/embedding";
import type { Logger } from "@lilux/runtime";
import type { RouterModel } from "../model/router-model.ts";
import type { EmbeddingCache } from "./embedding-cache.ts";
import type { Library } from "./library.ts";

export interface FillOptions {
  tenant: string;
  library: Library;
  signal: AbortSignal;
}

export interface FillDeps {
  model: RouterModel;
  cache: EmbeddingCache;
  logger: Logger;
}

const BATCH = 32;
/** A long run is saved in between, so that a restart does not lose it. */
const SAVE_EVERY = 2_048;

/** Embeds every item of a library that has no embedding: from the cache, else by the model. */
export async function fillEmbeddings(
  { tenant, library, signal }: FillOptions,
  { model, cache, logger }: FillDeps,
): Promise<void> {
  if (model.capabilities.embeddingDimensions === undefined) return;
  if (library.pending().length === 0) return;
  const kept = await cache.load(tenant);
  for (const pending of library.pending()) {
    const embedding = kept.get(pending.textHash);
    if (embedding !== undefined) library.setEmbedding(pending, embedding);
  }
  const missing = library.pending();
  const startedAt = performance.now();
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    const embeddings = await model.embedItems(
      batch.map(({ text }) => text),
      { signal },
    );
    for (const [place, pending] of batch.entries()) {
      const embedding = embeddings[place];
      if (embedding !== undefined) library.setEmbedding(pending, quantise(embedding));
    }
    if ((at + BATCH) % SAVE_EVERY === 0) await save();
  }
  if (missing.length === 0) return;
  await save();
  const ms = Math.round(performance.now() - startedAt);
  logger.info({ tenant, items: missing.length, ms }, "library embedded");

  async function save(): Promise<void> {
    try {
      await cache.save(tenant, library.embeddings());
    } catch (error) {
      // Only the next start is slower.
      logger.warn({ tenant, err: error }, "embeddings not kept on disk");
    }
  }
}
