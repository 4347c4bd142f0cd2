import { type PackedEmbeddings, packFloats, packQuantised } from "@lilux/core/embedding";
import { createParser, type EmbedAnswer, EmbedRequest, LiluxError } from "@lilux/protocol";
import type { Engine } from "./engine.ts";

const parser = createParser(EmbedRequest, "embed request");
const LINE_DEADLINE_MS = 5_000;

/** Answers a batch; items wait behind every typed line, and so take as long as they take. */
export async function embedTexts(
  tenant: string,
  body: unknown,
  { model, modelKey, libraries }: Engine,
): Promise<EmbedAnswer> {
  const { texts, side } = parser.parse(body);
  const width = model.capabilities.embeddingDimensions;
  if (width === undefined) throw new LiluxError("not_available_yet");
  if (side !== "line") {
    const embeddings = await libraries.embedItems(tenant, texts);
    return answerOf(modelKey, packQuantised(embeddings, width));
  }
  const deadlineAt = Date.now() + LINE_DEADLINE_MS;
  const options = { tenant, purpose: "embedding", deadlineAt } as const;
  const readings = await Promise.all(texts.map((text) => model.readLine(text, options)));
  const embeddings = readings.map(({ embedding }) => {
    if (embedding === undefined) throw new LiluxError("not_available_yet");
    return embedding;
  });
  return answerOf(modelKey, packFloats(embeddings, width));
}

function answerOf(model: string, { width, vectors, scales }: PackedEmbeddings): EmbedAnswer {
  const answer = { model, width, vectors };
  return scales === undefined ? answer : { ...answer, scales: [...scales] };
}
