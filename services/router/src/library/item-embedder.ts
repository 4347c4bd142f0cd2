import { untilAborted } from "@lilux/core/async";
import { type QuantisedEmbedding, quantise } from "@lilux/core/embedding";
import { textHashOf } from "@lilux/library-index";
import { LRUCache } from "lru-cache";
import type { RouterModel } from "../model/router-model.ts";

export interface ItemEmbedder {
  /**
   * One embedding a text, in order. A text that a library holds, or that was embedded a
   * moment ago, or that somebody else waits for, is not given to the model again.
   * Rejects as the model does, and when the signal ends; others go on waiting then.
   */
  embed(
    tenant: string,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<QuantisedEmbedding[]>;
}

export interface ItemEmbedderDeps {
  model: Pick<RouterModel, "embedItems">;
  /** What any library holds of a text: the same text has the same embedding, whosever it is. */
  held(textHash: string): QuantisedEmbedding | undefined;
  /** Ends what is in work. */
  ended: AbortSignal;
}

/** What was embedded before any library listed it, or for one that gave way since: half a kilobyte each. */
const RECENT_MAX = 32_768;

/** Items are embedded here and nowhere else, each distinct text once. */
export function createItemEmbedder({ model, held, ended }: ItemEmbedderDeps): ItemEmbedder {
  const inWork = new Map<string, Promise<QuantisedEmbedding>>();
  const recent = new LRUCache<string, QuantisedEmbedding>({ max: RECENT_MAX });

  /** Gives the model all of a call's new texts at once; each is waited for by its own hash. */
  function begin(tenant: string, fresh: ReadonlyMap<string, string>): void {
    const hashes = [...fresh.keys()];
    const work = model.embedItems([...fresh.values()], { tenant, signal: ended });
    for (const [place, hash] of hashes.entries()) {
      const one = work.then((embeddings) => {
        const embedding = quantise(embeddings[place] ?? new Float32Array());
        recent.set(hash, embedding);
        return embedding;
      });
      inWork.set(hash, one);
      const done = (): void => void inWork.delete(hash);
      one.then(done, done);
    }
  }

  return {
    async embed(tenant, texts, signal) {
      const hashes = texts.map(textHashOf);
      const known = hashes.map((hash) => recent.get(hash) ?? held(hash));
      const fresh = new Map<string, string>();
      for (const [place, text] of texts.entries()) {
        const hash = hashes[place] ?? "";
        if (known[place] === undefined && !inWork.has(hash)) fresh.set(hash, text);
      }
      if (fresh.size > 0) begin(tenant, fresh);
      const answers = hashes.map(async (hash, place) => {
        const answer = known[place] ?? (await inWork.get(hash));
        if (answer === undefined) throw new Error("a text is neither known nor in work");
        return answer;
      });
      const all = Promise.all(answers);
      return signal === undefined ? all : untilAborted(all, signal);
    },
  };
}
