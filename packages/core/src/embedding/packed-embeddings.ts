import type { QuantisedEmbedding } from "./quantised-embedding.ts";

/**
 * Embeddings of one width in one piece of text, as they cross a wire: a fifth of the bytes
 * of JSON numbers, and nothing to parse. With `scales` each number is a signed byte to be
 * multiplied by its embedding's scale, without it a 32-bit float; little-endian, in base64.
 */
export interface PackedEmbeddings {
  width: number;
  vectors: string;
  scales?: readonly number[] | undefined;
}

export function packQuantised(
  embeddings: readonly QuantisedEmbedding[],
  width: number,
): PackedEmbeddings {
  const bytes = new Int8Array(embeddings.length * width);
  embeddings.forEach((embedding, at) => {
    bytes.set(embedding.bytes, at * width);
  });
  const vectors = Buffer.from(bytes.buffer).toString("base64");
  return { width, vectors, scales: embeddings.map(({ scale }) => scale) };
}

export function packFloats(embeddings: readonly Float32Array[], width: number): PackedEmbeddings {
  const bytes = new DataView(new ArrayBuffer(embeddings.length * width * 4));
  embeddings.forEach((embedding, at) => {
    embedding.forEach((value, place) => {
      bytes.setFloat32((at * width + place) * 4, value, true);
    });
  });
  return { width, vectors: Buffer.from(bytes.buffer).toString("base64") };
}

/** Undefined when these are not `count` whole embeddings of signed bytes. */
export function unpackQuantised(
  { width, vectors, scales }: PackedEmbeddings,
  count: number,
): QuantisedEmbedding[] | undefined {
  const bytes = Int8Array.from(Buffer.from(vectors, "base64"));
  if (scales?.length !== count || bytes.length !== count * width) return undefined;
  return scales.map((scale, at) => ({ scale, bytes: bytes.slice(at * width, (at + 1) * width) }));
}

/** Undefined when these are not `count` whole embeddings of floats. */
export function unpackFloats(
  { width, vectors, scales }: PackedEmbeddings,
  count: number,
): Float32Array[] | undefined {
  const bytes = Buffer.from(vectors, "base64");
  if (scales !== undefined || bytes.length !== count * width * 4) return undefined;
  return Array.from({ length: count }, (_, at) =>
    Float32Array.from({ length: width }, (_value, place) =>
      bytes.readFloatLE((at * width + place) * 4),
    ),
  );
}
