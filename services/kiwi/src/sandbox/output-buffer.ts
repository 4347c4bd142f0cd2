export interface OutputBuffer {
  add(chunk: Buffer): void;
  text(): string;
  truncated(): boolean;
}

/** Keeps the first `bytesMax` bytes and lets the rest pass, so that the writer never blocks. */
export function createOutputBuffer(bytesMax: number): OutputBuffer {
  const chunks: Buffer[] = [];
  let kept = 0;
  let truncated = false;
  return {
    add(chunk) {
      const room = bytesMax - kept;
      if (chunk.length > room) truncated = true;
      if (room <= 0) return;
      const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
      chunks.push(part);
      kept += part.length;
    },
    text: () => new TextDecoder().decode(Buffer.concat(chunks)),
    truncated: () => truncated,
  };
}
