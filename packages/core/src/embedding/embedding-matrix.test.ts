import { describe, expect, it } from "vitest";
import { EmbeddingMatrix } from "./embedding-matrix.ts";
import { quantise } from "./quantised-embedding.ts";

/** The same numbers at every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function unitVector(width: number, random: () => number): Float32Array {
  const vector = Float32Array.from({ length: width }, random);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

describe("EmbeddingMatrix", () => {
  it("compares as plain arithmetic does, to the rounding of a byte, at any width", () => {
    for (const width of [1, 16, 17, 100, 384]) {
      const random = pseudoRandom(width);
      const vectors = Array.from({ length: 300 }, () => unitVector(width, random));
      const matrix = new EmbeddingMatrix(vectors.length, width);
      for (const [row, vector] of vectors.entries()) matrix.set(row, quantise(vector));
      const query = unitVector(width, random);
      const comparison = matrix.compare(query);
      for (const [row, vector] of vectors.entries()) {
        expect(Math.abs((comparison.cosineOf(row) ?? 9) - dot(vector, query))).toBeLessThan(0.006);
      }
    }
  });

  it("finds the nearest rows, nearest first, and equal ones in row order", () => {
    const random = pseudoRandom(7);
    const vectors = Array.from({ length: 200 }, () => unitVector(64, random));
    const matrix = new EmbeddingMatrix(220, 64);
    for (const [row, vector] of vectors.entries()) matrix.set(row, quantise(vector));
    const [first = new Float32Array(64)] = vectors;
    matrix.set(210, quantise(first));
    const comparison = matrix.compare(first);
    const best = comparison.best(5);
    expect(best.slice(0, 2).map(({ row }) => row)).toEqual([0, 210]);
    const all = vectors.map((_, row) => comparison.cosineOf(row) ?? -1).sort((a, b) => b - a);
    expect(best[4]?.cosine).toBe(all[3]);
  });

  it("matches nothing with rows that are not set, or cleared again", () => {
    const matrix = new EmbeddingMatrix(10, 16);
    const vector = unitVector(16, pseudoRandom(1));
    matrix.set(3, quantise(vector));
    matrix.set(4, quantise(vector));
    matrix.clear(4);
    expect(matrix.setCount).toBe(1);
    const comparison = matrix.compare(vector);
    expect(comparison.best(9).map(({ row }) => row)).toEqual([3]);
    expect(comparison.cosineOf(4)).toBeUndefined();
  });

  it("has nothing near when it is empty", () => {
    expect(new EmbeddingMatrix(0, 16).compare(new Float32Array(16)).best(3)).toEqual([]);
  });
});
