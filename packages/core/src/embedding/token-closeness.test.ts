import { describe, expect, it } from "vitest";
import { quantise } from "./quantised-embedding.ts";
import { createTokenComparer } from "./token-closeness.ts";

const WIDTH = 16;

/** Vectors of unit length, each along one or two axes. */
function tokens(...axes: (number | [number, number])[]): Float32Array {
  const flat = new Float32Array(axes.length * WIDTH);
  for (const [at, axis] of axes.entries()) {
    const [first, second] = Array.isArray(axis) ? axis : [axis, axis];
    const share = first === second ? 1 : Math.SQRT1_2;
    flat[at * WIDTH + first] = share;
    flat[at * WIDTH + second] = share;
  }
  return flat;
}

describe("a line beside texts, token by token", () => {
  it("takes of each text the token that is nearest to each of the line's", () => {
    const comparer = createTokenComparer(WIDTH);
    const texts = [tokens(0, 1, 2), tokens(5, [0, 9]), tokens(7, 8)].map(quantise);
    const [all, half, none] = comparer.compare(tokens(0, 2), texts);
    expect(all?.mean).toBeCloseTo(1, 2);
    expect(all?.weak).toBeCloseTo(1, 2);
    expect(half?.mean).toBeCloseTo(Math.SQRT1_2 / 2, 2);
    expect(half?.weak).toBeCloseTo(0, 2);
    expect(none?.mean).toBeCloseTo(0, 2);
  });

  it("does not mix one comparison with the next, however many tokens it had", () => {
    // Mutant: the scratch is not filled anew.
    const comparer = createTokenComparer(WIDTH);
    const many = Array.from({ length: 700 }, () => quantise(tokens(3)));
    expect(comparer.compare(tokens(3), many)).toHaveLength(700);
    const [first, second] = comparer.compare(tokens(3), [quantise(tokens(4)), quantise(tokens(3))]);
    expect(first?.mean).toBeCloseTo(0, 2);
    expect(second?.mean).toBeCloseTo(1, 2);
  });

  it("says nothing of texts and lines without tokens", () => {
    const comparer = createTokenComparer(WIDTH);
    const empty = { bytes: new Int8Array(), scale: 1 };
    const [ofEmpty, ofOther] = comparer.compare(tokens(1), [empty, quantise(tokens(1))]);
    expect(ofEmpty).toBeUndefined();
    expect(ofOther?.mean).toBeCloseTo(1, 2);
    expect(comparer.compare(new Float32Array(), [quantise(tokens(1))])).toEqual([undefined]);
  });
});
