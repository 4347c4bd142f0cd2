import type { Clock } from "@lilux/core/async";
import { itemTextOf } from "@lilux/core/embedding";
import { type LibraryIndex, tokensHashOf } from "@lilux/library-index";
import type { Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { RouterModel } from "../model/router-model.ts";
import type { EmbeddingCache } from "./embedding-cache.ts";
import { fillPhrases, type SharedEmbeddings, takePhrases } from "./fill-phrases.ts";
import type { FillTurns } from "./fill-turns.ts";
import type { ItemEmbedder } from "./item-embedder.ts";

export interface FillOptions {
  tenant: Tenant;
  library: LibraryIndex;
  signal: AbortSignal;
}

export interface FillDeps {
  embedder: ItemEmbedder;
  model: Pick<RouterModel, "readLine">;
  clock: Pick<Clock, "unix">;
  cache: EmbeddingCache;
  logger: Logger;
  turns: FillTurns;
  /** Phrasings that any tenant's library had embedded lately, by their text's hash. */
  lines: SharedEmbeddings;
}

const BATCH = 32;
/** A long run is saved in between, so that a restart does not lose it. */
const SAVE_EVERY = 2_048;

/** Takes over what the cache on disk holds of a library's items. */
export async function fillFromCache(
  { tenant, library }: Pick<FillOptions, "tenant" | "library">,
  cache: EmbeddingCache,
): Promise<void> {
  const { meaning, phrases, tokens } = library;
  if (meaning.pendingCount === 0 && phrases.pendingCount === 0) return;
  const kept = await cache.load(tenant);
  takePhrases(library, kept);
  for (const { key, textHash } of kept.size === 0 ? [] : meaning.pending()) {
    const embedding = kept.get(textHash);
    const ofTokens = kept.get(tokensHashOf(textHash));
    // Of a text that is there in part, both are made again.
    if (embedding === undefined || (tokens.width > 0 && ofTokens === undefined)) continue;
    meaning.set(key, textHash, embedding);
    if (ofTokens !== undefined) tokens.set(key, textHash, ofTokens);
  }
}

/**
 * Embeds every item of a library that has no embedding, also those that come while it works, and
 * then what people type for them. Rejects when the model cannot.
 */
export async function fillEmbeddings(
  { tenant, library, signal }: FillOptions,
  { embedder, model, clock, cache, logger, turns, lines }: FillDeps,
): Promise<void> {
  const { meaning, phrases, tokens } = library;
  const startedAt = performance.now();
  let items = 0;
  let unsaved = 0;
  while (meaning.pendingCount > 0) {
    const done = await turns.take(meaning.pendingCount, signal);
    try {
      await embedBatch();
    } finally {
      done();
    }
    if (unsaved < SAVE_EVERY) continue;
    unsaved = 0;
    await save();
  }
  if (unsaved > 0) await save();
  if (phrases.pendingCount > 0) {
    const given = { tenant, library, signal };
    await fillPhrases(given, { model, clock, turns, lines }).finally(save);
  }
  const ms = Math.round(performance.now() - startedAt);
  if (items > 0) logger.info({ tenant, items, ms }, "library embedded");

  async function embedBatch(): Promise<void> {
    const batch = meaning.pending(BATCH);
    const texts = batch.map(({ item }) => itemTextOf(item));
    // Items may change while the model works: what was asked for is what is set.
    const asked = batch.map(({ key, textHash }) => ({ key, textHash }));
    const embedded = await embedder.embed(tenant, texts, signal);
    for (const [place, { key, textHash }] of asked.entries()) {
      const item = embedded[place];
      if (item?.embedding.bytes.length !== meaning.width)
        throw new Error("an embedding of another width");
      meaning.set(key, textHash, item.embedding);
      if (item.tokens !== undefined) tokens.set(key, textHash, item.tokens);
    }
    items += batch.length;
    unsaved += batch.length;
  }

  async function save(): Promise<void> {
    try {
      await cache.save(tenant, new Map([...meaning.all(), ...tokens.all(), ...phrases.all()]));
    } catch (error) {
      // Only the next start is slower.
      logger.warn({ tenant, err: error }, "embeddings not kept on disk");
    }
  }
}
