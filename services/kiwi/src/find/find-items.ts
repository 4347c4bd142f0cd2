import { boundLine } from "@lilux/core/text";
import type { MeaningState, Tenant } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { EmbeddingSource } from "./ask-embeddings.ts";
import type { LibraryEmbedder } from "./embed-libraries.ts";
import { type RankedItems, type RankQuestion, rankItems } from "./rank-items.ts";

export interface FindCall {
  tenant: Tenant;
  signal: AbortSignal;
  traceparent?: string | undefined;
  /** How long meaning is waited for; a moment unless told. */
  meaningWithinMs?: number | undefined;
}

/** Ranks a library's items for a text, by words and, where a router answers in time, by meaning. */
export type FindItems = (
  library: Library,
  question: RankQuestion,
  call: FindCall,
) => Promise<RankedItems>;

export interface FindDeps {
  source: Pick<EmbeddingSource, "ofLine">;
  embedder: LibraryEmbedder;
  onFound: (meaning: MeaningState) => void;
}

export function createFindItems({ source, embedder, onFound }: FindDeps): FindItems {
  return async (library, asked, call) => {
    const question = { ...asked, text: boundLine(asked.text) };
    const { tenant, signal, traceparent, meaningWithinMs: withinMs } = call;
    const { meaning } = library.index;
    embedder.tend(tenant, library);
    // Nothing to compare with: nothing is asked, and the answer comes at once.
    const line =
      meaning.embedded === 0
        ? undefined
        : await source.ofLine(tenant, question.text, { signal, traceparent, withinMs });
    if (line !== undefined && line.model !== meaning.model) embedder.doubtModel(tenant, library);
    const found = rankItems(library, question, line);
    onFound(found.meaning);
    return found;
  };
}
