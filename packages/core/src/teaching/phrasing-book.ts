import type { PhrasingEntry } from "@lilux/protocol";

/** What a model wrote for one text, and when. */
export interface TaughtText {
  key: string;
  lines: readonly string[];
  model: string;
  at: number;
}

/** What the entries of one tenant come to: by the hash of an item's text, the last that was written for it. */
export interface PhrasingBook {
  /** Texts with lines. */
  readonly size: number;
  of(textHash: string): TaughtText | undefined;
  hashes(): IterableIterator<string>;
  /** Somebody had its lines forgotten, and nobody had others written since. */
  isForgotten(textHash: string): boolean;
  /** The hashes whose lines are others now. */
  take(entry: PhrasingEntry): string[];
}

export interface PhrasingBookOptions {
  /** The text written for longest ago gives way. */
  textsMax?: number;
}

const TEXTS_MAX = 100_000;

export function createPhrasingBook({
  textsMax = TEXTS_MAX,
}: PhrasingBookOptions = {}): PhrasingBook {
  const taught = new Map<string, TaughtText>();
  const forgotten = new Set<string>();

  function forget(textHash: string): boolean {
    forgotten.add(textHash);
    const [oldest] = forgotten.size > textsMax ? forgotten : [];
    if (oldest !== undefined) forgotten.delete(oldest);
    return taught.delete(textHash);
  }

  return {
    get size() {
      return taught.size;
    },
    of: (textHash) => taught.get(textHash),
    hashes: () => taught.keys(),
    isForgotten: (textHash) => forgotten.has(textHash),
    take(entry) {
      if (entry.type === "forgotten") {
        const { textHash } = entry;
        const gone = textHash === undefined ? [...taught.keys()] : [textHash];
        return gone.filter(forget);
      }
      const { items, model, at } = entry;
      const changed = items.map(({ textHash }) => textHash);
      for (const { key, textHash, lines } of items) {
        taught.delete(textHash);
        forgotten.delete(textHash);
        taught.set(textHash, { key, lines, model, at });
        const [oldest] = taught.size > textsMax ? taught.keys() : [];
        if (oldest === undefined) continue;
        taught.delete(oldest);
        changed.push(oldest);
      }
      return changed;
    },
  };
}
