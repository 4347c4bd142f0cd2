import { EmbeddingMatrix } from "./embedding-matrix.ts";
import type { QuantisedEmbedding } from "./quantised-embedding.ts";

/** A line beside the text of an item, token by token: each of the line's with the item's that is nearest. */
export interface TokenCloseness {
  /** The mean over the line's tokens. */
  mean: number;
  /** The mean of the worse half: what of the line the item says nothing about. */
  weak: number;
}

export interface TokenComparer {
  /**
   * `line` and `texts` hold one vector of unit length after the other. Undefined for a text
   * without tokens; the answer has the order of the texts.
   */
  compare(line: Float32Array, texts: readonly QuantisedEmbedding[]): (TokenCloseness | undefined)[];
}

/** The scratch that a comparison is done in grows in these steps. */
const ROWS_STEP = 512;

export function createTokenComparer(width: number): TokenComparer {
  const scratches = new Map<number, EmbeddingMatrix>();

  function scratchFor(rows: number): EmbeddingMatrix {
    const size = Math.max(ROWS_STEP, Math.ceil(rows / ROWS_STEP) * ROWS_STEP);
    const known = scratches.get(size) ?? new EmbeddingMatrix(size, width);
    scratches.set(size, known);
    return known;
  }

  return {
    compare(line, texts) {
      const counts = texts.map(({ bytes }) => bytes.length / width);
      const scratch = scratchFor(counts.reduce((sum, count) => sum + count, 0));
      let row = 0;
      for (const { bytes, scale } of texts) {
        for (let at = 0; at < bytes.length; at += width) {
          scratch.set(row++, { bytes: bytes.subarray(at, at + width), scale });
        }
      }
      const tokens = line.length / width;
      // Of each text, for each token of the line, the nearest of its tokens.
      const nearest = texts.map(() => new Float64Array(tokens));
      for (let token = 0; token < tokens; token += 1) {
        const { cosineOf } = scratch.compare(line.subarray(token * width, (token + 1) * width));
        row = 0;
        for (const [text, count] of counts.entries()) {
          let best = 0;
          for (const end = row + count; row < end; row += 1) {
            best = Math.max(best, cosineOf(row) ?? 0);
          }
          const ofText = nearest[text];
          if (ofText !== undefined) ofText[token] = best;
        }
      }
      return nearest.map((cosines, text) =>
        tokens === 0 || counts[text] === 0 ? undefined : closenessOf(cosines),
      );
    },
  };
}

function closenessOf(cosines: Float64Array): TokenCloseness {
  const sorted = cosines.toSorted();
  const worse = sorted.subarray(0, Math.ceil(sorted.length / 2));
  return { mean: meanOf(sorted), weak: meanOf(worse) };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
