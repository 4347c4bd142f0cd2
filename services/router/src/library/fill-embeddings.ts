import type { Logger } from "@lilux/runtime";
import type { EmbeddingCache } from "./embedding-cache.ts";
import type { ItemEmbedder } from "./item-embedder.ts";
import type { Library } from "./library.ts";

export interface FillOptions {
  tenant: string;
  library: Library;
  signal: AbortSignal;
}

export interface FillDeps {
  embedder: ItemEmbedder;
  cache: EmbeddingCache;
  logger: Logger;
}

const BATCH = 32;
/** A long run is saved in between, so that a restart does not lose it. */
const SAVE_EVERY = 2_048;

/** Takes over what the cache on disk holds of a library's items. */
export async function fillFromCache(
  { tenant, library }: Pick<FillOptions, "tenant" | "library">,
  cache: EmbeddingCache,
): Promise<void> {
  if (library.pending().length === 0) return;
  const kept = await cache.load(tenant);
  if (kept.size === 0) return;
  for (const pending of library.pending()) {
    const embedding = kept.get(pending.textHash);
    if (embedding !== undefined) library.setEmbedding(pending, embedding);
  }
}

/** Embeds every item of a library that still has no embedding. */
export async function fillEmbeddings(
  { tenant, library, signal }: FillOptions,
  { embedder, cache, logger }: FillDeps,
): Promise<void> {
  const missing = library.pending();
  const startedAt = performance.now();
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    const texts = batch.map(({ text }) => text);
    const embeddings = await embedder.embed(tenant, texts, signal);
    for (const [place, pending] of batch.entries()) {
      const embedding = embeddings[place];
      if (embedding !== undefined) library.setEmbedding(pending, embedding);
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
