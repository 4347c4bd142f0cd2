import { type Bus, subjects } from "@lilux/bus";
import { unpackFloats } from "@lilux/core/embedding";
import type { ReadPhrasing } from "@lilux/core/teaching";
import { createParser, EmbedAnswer, LiluxError, type Tenant } from "@lilux/protocol";

export interface ReadByRouter {
  tenant: Tenant;
  lines: readonly string[];
  signal: AbortSignal;
}

/** Such lines wait behind whoever types. */
const DEADLINE_MS = 90_000;

const parser = createParser(EmbedAnswer, "embed answer", "internal");

/**
 * What a router makes of each line, and which items are nearest to it. Rejects with `bus_unavailable`
 * where no router is, and with `not_available_yet` while it has not read the whole library.
 */
export async function readByRouter(
  bus: Pick<Bus, "request">,
  { tenant, lines, signal }: ReadByRouter,
): Promise<ReadPhrasing[]> {
  if (lines.length === 0) return [];
  const body = { texts: lines, side: "line", nearest: true };
  const options = { deadlineMs: DEADLINE_MS, signal };
  const answer = parser.parse(await bus.request(subjects.embed(tenant), body, options));
  const embeddings = unpackFloats(answer, lines.length);
  const { nearest } = answer;
  if (embeddings === undefined || nearest?.length !== lines.length) {
    throw new LiluxError("internal", { cause: new Error("an answer of another length") });
  }
  return lines.map((line, at) => ({
    line,
    embedding: embeddings[at] ?? new Float32Array(),
    nearest: nearest[at] ?? [],
  }));
}
