export interface OutputBuffer {
  add(chunk: Buffer): void;
  bytes(): Buffer;
  text(): string;
}

/** Keeps the first `bytesMax` bytes, lets the rest pass so that the writer never blocks, and tells. */
export function createOutputBuffer(
  bytesMax: number,
  onOverflow: () => void = () => undefined,
): OutputBuffer {
  const chunks: Buffer[] = [];
  let kept = 0;
  let overflowed = false;
  return {
    add(chunk) {
      const room = bytesMax - kept;
      if (chunk.length > room && !overflowed) {
        overflowed = true;
        onOverflow();
      }
      if (room <= 0) return;
      const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
      chunks.push(part);
      kept += part.length;
    },
    bytes: () => Buffer.concat(chunks),
    text: () => new TextDecoder().decode(Buffer.concat(chunks)),
  };
}
