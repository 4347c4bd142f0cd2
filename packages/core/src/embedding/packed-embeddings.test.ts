import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packFloats, packQuantised, unpackFloats, unpackQuantised } from "./packed-embeddings.ts";
import { quantise } from "./quantised-embedding.ts";

const WIDTH = 7;
const vectors = fc.array(
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
    minLength: WIDTH,
    maxLength: WIDTH,
  }),
  { maxLength: 5 },
);

describe("packed embeddings", () => {
  it("come out of a wire as they went in, floats and bytes alike", () => {
    fc.assert(
      fc.property(vectors, (given) => {
        const floats = given.map((values) => Float32Array.from(values));
        const bytes = floats.map(quantise);
        const overWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
        const count = given.length;
        // JSON knows no negative zero, and there is no JSON in the floats: they keep theirs.
        expect(unpackFloats(overWire(packFloats(floats, WIDTH)), count)).toEqual(floats);
        expect(unpackQuantised(overWire(packQuantised(bytes, WIDTH)), count)).toEqual(bytes);
      }),
    );
  });

  it("are refused when they are too few, too many, cut short or of the other kind", () => {
    const floats = [new Float32Array(WIDTH).fill(1), new Float32Array(WIDTH).fill(2)];
    const packed = packFloats(floats, WIDTH);
    const bytes = packQuantised(floats.map(quantise), WIDTH);
    expect(unpackFloats(packed, 1)).toBeUndefined();
    expect(unpackFloats(packed, 3)).toBeUndefined();
    expect(unpackFloats({ ...packed, vectors: packed.vectors.slice(4) }, 2)).toBeUndefined();
    expect(unpackFloats(bytes, 2)).toBeUndefined();
    expect(unpackQuantised(packed, 2)).toBeUndefined();
    expect(unpackQuantised({ ...bytes, scales: [1] }, 2)).toBeUndefined();
    expect(unpackQuantised({ ...bytes, width: WIDTH + 1 }, 2)).toBeUndefined();
  });
});
