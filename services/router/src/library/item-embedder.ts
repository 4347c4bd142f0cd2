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
  /** What a tenant's library holds of a text. */
  held(tenant: string, textHash: string): QuantisedEmbedding | undefined;
  /** Ends what is in work. */
  ended: AbortSignal;
}

/** What was embedded before any library listed it: half a kilobyte each. */
const RECENT_MAX = 8_192;

/** Items are embedded here and nowhere else, each distinct text of a tenant once. */
export function createItemEmbedder({ model, held, ended }: ItemEmbedderDeps): ItemEmbedder {
  const inWork = new Map<string, Promise<QuantisedEmbedding>>();
  const recent = new LRUCache<string, QuantisedEmbedding>({ max: RECENT_MAX });

  /** Gives the model all of a call's new texts at once; each is waited for by its own name. */
  function begin(tenant: string, fresh: ReadonlyMap<string, string>): void {
    const names = [...fresh.keys()];
    const work = model.embedItems([...fresh.values()], { tenant, signal: ended });
    for (const [place, name] of names.entries()) {
      const one = work.then((embeddings) => {
        const embedding = quantise(embeddings[place] ?? new Float32Array());
        recent.set(name, embedding);
        return embedding;
      });
      inWork.set(name, one);
      const done = (): void => void inWork.delete(name);
      one.then(done, done);
    }
  }

  return {
    async embed(tenant, texts, signal) {
      const hashes = texts.map(textHashOf);
      const known = hashes.map((hash) => held(tenant, hash) ?? recent.get(nameOf(tenant, hash)));
      const fresh = new Map<string, string>();
      for (const [place, text] of texts.entries()) {
        const name = nameOf(tenant, hashes[place] ?? "");
        if (known[place] === undefined && !inWork.has(name)) fresh.set(name, text);
      }
      if (fresh.size > 0) begin(tenant, fresh);
      const answers = hashes.map(async (hash, place) => {
        const answer = known[place] ?? (await inWork.get(nameOf(tenant, hash)));
        if (answer === undefined) throw new Error("a text is neither known nor in work");
        return answer;
      });
      const all = Promise.all(answers);
      return signal === undefined ? all : untilAborted(all, signal);
    },
  };
}

function nameOf(tenant: string, hash: string): string {
  return `${tenant} ${hash}`;
}
