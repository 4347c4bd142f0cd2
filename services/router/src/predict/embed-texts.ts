import { createParser, LiluxError, TEXT_CHARACTERS_MAX } from "@lilux/protocol";
import { Type } from "typebox";
import type { BorrowedEngine } from "./engine-slot.ts";

/** The body of a request on a tenant's `embed` subject. */
export const EmbedRequest = Type.Object({
  texts: Type.Array(Type.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: 256 }),
  /** `item` (the default): texts made by `itemTextOf`. `line`: what a person types. */
  side: Type.Optional(Type.Enum(["item", "line"])),
});

/** Embeddings are L2-normalised; those of one `model` compare by dot product. */
export interface EmbedAnswer {
  model: string;
  embeddings: number[][];
}

const parser = createParser(EmbedRequest, "embed request");
const LINE_DEADLINE_MS = 5_000;

/** Answers a batch; items wait behind every typed line, and so take as long as they take. */
export async function embedTexts(body: unknown, { engine }: BorrowedEngine): Promise<EmbedAnswer> {
  const { texts, side } = parser.parse(body);
  const { model, modelKey } = engine;
  if (side !== "line") {
    return { model: modelKey, embeddings: (await model.embedItems(texts)).map(toNumbers) };
  }
  const deadlineAt = Date.now() + LINE_DEADLINE_MS;
  const readings = await Promise.all(texts.map((text) => model.readLine(text, { deadlineAt })));
  const embeddings = readings.map(({ embedding }) => {
    if (embedding === undefined) throw new LiluxError("not_available_yet");
    return toNumbers(embedding);
  });
  return { model: modelKey, embeddings };
}

function toNumbers(embedding: Float32Array): number[] {
  return Array.from(embedding, (value) => Math.round(value * 1e6) / 1e6);
}
