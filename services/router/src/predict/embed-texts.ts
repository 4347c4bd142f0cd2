import { type PackedEmbeddings, packFloats, packQuantised } from "@lilux/core/embedding";
import { boundLine } from "@lilux/core/text";
import {
  createParser,
  type EmbedAnswer,
  EmbedRequest,
  LiluxError,
  NEAREST_MAX,
  type Tenant,
} from "@lilux/protocol";
import type { Engine } from "./engine.ts";

const parser = createParser(EmbedRequest, "embed request");
const LINE_DEADLINE_MS = 5_000;
/** Of a line that nobody waits for. */
const BACKGROUND_DEADLINE_MS = 60_000;

/** Answers a batch; items wait behind every typed line, and so take as long as they take. */
export async function embedTexts(
  tenant: Tenant,
  body: unknown,
  { model, modelKey, libraries }: Engine,
): Promise<EmbedAnswer> {
  const { texts, side, nearest = false } = parser.parse(body);
  const width = model.capabilities.embeddingDimensions;
  if (width === undefined) throw new LiluxError("not_available_yet");
  if (side !== "line") {
    const embeddings = await libraries.embedItems(tenant, texts);
    return answerOf(modelKey, packQuantised(embeddings, width));
  }
  if (nearest) return nearestTo(tenant, texts, { model, modelKey, libraries });
  const deadlineAt = Date.now() + LINE_DEADLINE_MS;
  const options = { tenant, purpose: "embedding", deadlineAt } as const;
  const readings = await Promise.all(texts.map((text) => model.readLine(boundLine(text), options)));
  const embeddings = readings.map(({ embedding }) => embeddingOf(embedding));
  return answerOf(modelKey, packFloats(embeddings, width));
}

/** One line after the other, behind everything that somebody waits for. */
async function nearestTo(
  tenant: Tenant,
  texts: readonly string[],
  { model, modelKey, libraries }: Pick<Engine, "model" | "modelKey" | "libraries">,
): Promise<EmbedAnswer> {
  await libraries.listed(tenant);
  const { library, state } = libraries.of(tenant);
  // Beside half a library every line would be nearest to something else.
  if (library === undefined || state !== "complete") throw new LiluxError("not_available_yet");
  const embeddings: Float32Array[] = [];
  for (const text of texts) {
    const deadlineAt = Date.now() + BACKGROUND_DEADLINE_MS;
    const options = { tenant, purpose: "background", deadlineAt } as const;
    embeddings.push(embeddingOf((await model.readLine(boundLine(text), options)).embedding));
  }
  const nearest = embeddings.map((embedding) => {
    const found = library.meaning.compare(embedding)?.nearest(NEAREST_MAX) ?? [];
    return found.map(({ entry, cosine }) => ({ textHash: entry.textHash, cosine }));
  });
  const width = model.capabilities.embeddingDimensions ?? 0;
  return { ...answerOf(modelKey, packFloats(embeddings, width)), nearest };
}

function embeddingOf(embedding: Float32Array | undefined): Float32Array {
  if (embedding === undefined) throw new LiluxError("not_available_yet");
  return embedding;
}

function answerOf(model: string, { width, vectors, scales }: PackedEmbeddings): EmbedAnswer {
  const answer = { model, width, vectors };
  return scales === undefined ? answer : { ...answer, scales: [...scales] };
}
