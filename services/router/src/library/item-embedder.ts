import { untilAborted } from "@lilux/core/async";
import { type QuantisedEmbedding, quantise } from "@lilux/core/embedding";
import { textHashOf } from "@lilux/library-index";
import type { Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { RouterModel } from "../model/router-model.ts";

/** An item's text as it is held: its embedding, and its tokens where the model gives any. */
export interface EmbeddedItem {
  embedding: QuantisedEmbedding;
  tokens: QuantisedEmbedding | undefined;
}

export interface ItemEmbedder {
  /**
   * One embedding a text, in order. A text that a library holds, or that was embedded a
   * moment ago, or that somebody else waits for, is not given to the model again.
   * Rejects as the model does, and when the signal ends; others go on waiting then.
   */
  embed(tenant: Tenant, texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedItem[]>;
}

export interface ItemEmbedderDeps {
  model: Pick<RouterModel, "readItems">;
  /** What any library holds of a text: the same text reads the same, whosever it is. */
  held(textHash: string): EmbeddedItem | undefined;
  /** Ends what is in work. */
  ended: AbortSignal;
}

/** What was embedded before any library listed it, or for one that gave way since: three kilobytes each. */
const RECENT_MAX = 8_192;

/** Items are embedded here and nowhere else, each distinct text once. */
export function createItemEmbedder({ model, held, ended }: ItemEmbedderDeps): ItemEmbedder {
  const inWork = new Map<string, Promise<EmbeddedItem>>();
  const recent = new LRUCache<string, EmbeddedItem>({ max: RECENT_MAX });

  /** Gives the model all of a call's new texts at once; each is waited for by its own hash. */
  function begin(tenant: Tenant, fresh: ReadonlyMap<string, string>): void {
    const hashes = [...fresh.keys()];
    const work = model.readItems([...fresh.values()], { tenant, signal: ended });
    for (const [place, hash] of hashes.entries()) {
      const one = work.then((readings) => {
        const { embedding = new Float32Array(), tokens } = readings[place] ?? {};
        const item = {
          embedding: quantise(embedding),
          tokens: tokens === undefined ? undefined : quantise(tokens),
        };
        recent.set(hash, item);
        return item;
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
