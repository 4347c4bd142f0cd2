import { itemTextOf, quantise } from "@lilux/core/embedding";
import {
  type CallRanker,
  chooseCalls,
  createCallRanker,
  type LineEvidence,
  type LineReading,
  type NearLesson,
  PRIOR_RANKER,
  type RankedCalls,
} from "@lilux/core/ranking";
import { createLibraryIndex, type LibraryIndex, tokensHashOf } from "@lilux/library-index";
import { type ContextCandidate, type ItemSummary, verifiedTenant } from "@lilux/protocol";
import {
  createEmbeddingCache,
  type EmbeddingCache,
  NO_EMBEDDING_CACHE,
} from "../library/embedding-cache.ts";
import { modelKeyOf } from "../model/model-manifest.ts";
import type { RouterModel } from "../model/router-model.ts";
import { gatherItems } from "../rank/gather-items.ts";
import { answerByMeaning, createChoiceMemory } from "./choose-by-meaning.ts";
import { isoDay } from "./iso-day.ts";
import { readInContext } from "./read-in-context.ts";
import { readRespelled, respellFor } from "./read-respelled.ts";

export interface RoutedLine {
  evidence: LineEvidence;
  ranked: RankedCalls;
  /** From text to ranked calls, in milliseconds. */
  ms: number;
}

export interface LineRouter {
  library: Pick<LibraryIndex, "resolve" | "size" | "entries" | "entry">;
  ranker: CallRanker;
  route(question: {
    text: string;
    history?: readonly string[] | undefined;
    /** The day it is typed on, as YYYY-MM-DD; the real one when not given. */
    today?: string | undefined;
    warm?: readonly ContextCandidate[];
    /** What was learnt from lines near to an embedding. */
    lessonsNear?: LessonsNear | undefined;
  }): Promise<RoutedLine>;
}

export type LessonsNear = (embedding: Float32Array) => readonly NearLesson[];

export interface LineRouterOptions {
  model: RouterModel;
  /** Keeps item embeddings between runs. */
  cacheDirectory?: string | undefined;
  /** Whether runs get the values of their line; not where inputs are known by name alone. */
  fills?: boolean | undefined;
  /** Changes what was read before it is ranked. */
  reread?: (reading: LineReading) => LineReading;
}

/** What was there before the line. */
interface Setting {
  before?: string | undefined;
  previousKey?: string | undefined;
  today?: string | undefined;
  warm: readonly ContextCandidate[];
  lessonsNear?: LessonsNear | undefined;
}

const LINE_DEADLINE_MS = 60_000;
const TENANT = verifiedTenant("evaluation");
const BATCH = 64;

/** The service's own steps from text to calls, without bus, session or memo: for measuring them. */
export async function createLineRouter(
  items: readonly ItemSummary[],
  { model, cacheDirectory, fills = true, reread = (reading) => reading }: LineRouterOptions,
): Promise<LineRouter> {
  const library = createLibraryIndex();
  library.meaning.adopt("own", model.capabilities.embeddingDimensions ?? 0);
  library.tokens.adopt(model.capabilities.tokenDimensions ?? 0);
  library.apply(library.changesTo(items));
  await embedItems(library, model, cacheOf(model, cacheDirectory));
  await embedPhrases(library, model);
  const ranker = createCallRanker(model.manifest.ranker ?? PRIOR_RANKER);
  const memory = createChoiceMemory();
  const embed = async (text: string): Promise<Float32Array | undefined> =>
    (await model.readLine(text, { deadlineAt: Date.now() + LINE_DEADLINE_MS })).embedding;
  const previousKeys = new Map<string, string | undefined>();

  async function read(
    text: string,
    { before, previousKey, today = isoDay(Date.now()), warm, lessonsNear }: Setting,
  ): Promise<RoutedLine> {
    const startedAt = performance.now();
    const respelled = respellFor(model, library);
    const found = await readInContext(text, {
      before: model.capabilities.joinsContext ? before : undefined,
      read: readRespelled(
        (part) => model.readLine(part, { deadlineAt: Date.now() + LINE_DEADLINE_MS }),
        respelled,
      ),
    });
    const reading = reread(found);
    const evidence = gatherItems({
      library,
      reading,
      text,
      spelled: respelled(text),
      warm,
      previousKey,
      before,
      today,
      lessonsNear,
    });
    const ranked = fills
      ? await answerByMeaning({ evidence, ranker }, { embed, memory })
      : chooseCalls(evidence, ranker);
    return { evidence, ranked, ms: performance.now() - startedAt };
  }

  async function previousKeyOf(
    history: readonly string[] | undefined,
  ): Promise<string | undefined> {
    const text = history?.at(-1);
    if (text === undefined) return undefined;
    if (previousKeys.has(text)) return previousKeys.get(text);
    const { ranked } = await read(text, { warm: [] });
    const leader = ranked.candidates[0]?.call;
    const key =
      leader === undefined || leader.name === "search"
        ? undefined
        : library.resolve(leader.arguments.item_type, leader.arguments.item_id)?.key;
    previousKeys.set(text, key);
    return key;
  }

  return {
    library,
    ranker,
    async route({ text, history, today, warm = [], lessonsNear }) {
      const previousKey = await previousKeyOf(history);
      return read(text, { before: history?.at(-1), previousKey, today, warm, lessonsNear });
    },
  };
}

function cacheOf({ manifest }: RouterModel, directory: string | undefined): EmbeddingCache {
  if (directory === undefined) return NO_EMBEDDING_CACHE;
  const width = manifest.embeddingDimensions;
  return createEmbeddingCache({ directory, modelKey: modelKeyOf(manifest), width });
}

async function embedItems(
  { meaning, tokens }: LibraryIndex,
  model: RouterModel,
  cache: EmbeddingCache,
): Promise<void> {
  const kept = await cache.load(TENANT);
  for (const { key, textHash } of meaning.pending()) {
    const embedding = kept.get(textHash);
    const ofTokens = kept.get(tokensHashOf(textHash));
    if (embedding === undefined || (tokens.width > 0 && ofTokens === undefined)) continue;
    meaning.set(key, textHash, embedding);
    if (ofTokens !== undefined) tokens.set(key, textHash, ofTokens);
  }
  const missing = meaning.pending();
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    const readings = await model.readItems(batch.map(({ item }) => itemTextOf(item)));
    for (const [place, { key, textHash }] of batch.entries()) {
      const reading = readings[place];
      if (reading === undefined) continue;
      meaning.set(key, textHash, quantise(reading.embedding));
      if (reading.tokens !== undefined) tokens.set(key, textHash, quantise(reading.tokens));
    }
  }
  if (missing.length > 0) await cache.save(TENANT, new Map([...meaning.all(), ...tokens.all()]));
}

async function embedPhrases({ phrases }: LibraryIndex, model: RouterModel): Promise<void> {
  for (const pending of phrases.pending()) {
    const embeddings: Float32Array[] = [];
    for (const text of pending.texts) {
      const options = { purpose: "embedding", deadlineAt: Date.now() + LINE_DEADLINE_MS } as const;
      const { embedding } = await model.readLine(text, options);
      if (embedding !== undefined) embeddings.push(embedding);
    }
    phrases.set(pending, embeddings.map(quantise));
  }
}
