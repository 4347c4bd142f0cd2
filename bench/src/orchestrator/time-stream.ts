/** One streamed answer as its reader saw it. */
export interface TimedStream {
  firstMs: number;
  /** Between one piece of text and the next, on average. */
  pieceMs: number;
}

const WITHIN_MS = 60_000;

/** Reads an answer to its end; each appearance of `mark` is a piece of text. */
export async function timeStream(
  url: string,
  { body, mark }: { body: object; mark: string },
): Promise<TimedStream> {
  const startedAt = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  if (!response.ok || response.body === null) throw new Error(`${url}: ${response.status}`);
  let pieces = 0;
  let firstAt = 0;
  let lastAt = 0;
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    const seen = decoder.decode(bytes, { stream: true }).split(mark).length - 1;
    if (seen === 0) continue;
    lastAt = performance.now();
    if (pieces === 0) firstAt = lastAt;
    pieces += seen;
  }
  if (pieces === 0) throw new Error(`${url}: no text came`);
  return { firstMs: firstAt - startedAt, pieceMs: (lastAt - firstAt) / Math.max(1, pieces - 1) };
}
