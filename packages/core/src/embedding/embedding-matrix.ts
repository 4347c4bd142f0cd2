import { createDotKernel, type DotKernel } from "./dot-kernel.ts";
import type { QuantisedEmbedding } from "./quantised-embedding.ts";

interface MatrixMatch {
  row: number;
  cosine: number;
}

const PAGE_BYTES = 65_536;
const LANES = 16;
/** The query's largest number; 384 products of it with 127 stay well inside 32 bits. */
const QUERY_MAX = 8_191;

/**
 * The embeddings of a library, one row an item, in one piece of memory. Rows
 * may be set in any order; those not set match nothing. Comparing is exact up
 * to the rows' own rounding.
 */
export class EmbeddingMatrix {
  readonly rows: number;
  readonly #width: number;
  readonly #stride: number;
  readonly #scales: Float32Array;
  readonly #isSet: Uint8Array;
  readonly #kernel: DotKernel;
  readonly #bytes: Int8Array;
  readonly #query: Int16Array;
  readonly #dots: Int32Array;
  #setCount = 0;

  constructor(rows: number, width: number) {
    this.rows = rows;
    this.#width = width;
    this.#stride = Math.ceil(width / LANES) * LANES;
    this.#scales = new Float32Array(rows);
    this.#isSet = new Uint8Array(rows);
    const queryBytes = this.#stride * 2;
    const dotBytes = rows * 4;
    const total = queryBytes + dotBytes + rows * this.#stride;
    const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(total / PAGE_BYTES)) });
    this.#kernel = createDotKernel(memory, this.#stride);
    this.#query = new Int16Array(memory.buffer, 0, this.#stride);
    this.#dots = new Int32Array(memory.buffer, queryBytes, rows);
    this.#bytes = new Int8Array(memory.buffer, queryBytes + dotBytes, rows * this.#stride);
  }

  get setCount(): number {
    return this.#setCount;
  }

  set(row: number, { bytes, scale }: QuantisedEmbedding): void {
    this.#bytes.set(bytes, row * this.#stride);
    this.#scales[row] = scale;
    if (this.#isSet[row] === 0) this.#setCount += 1;
    this.#isSet[row] = 1;
  }

  has(row: number): boolean {
    return this.#isSet[row] === 1;
  }

  clear(row: number): void {
    if (this.#isSet[row] === 1) this.#setCount -= 1;
    this.#isSet[row] = 0;
  }

  /** A copy of a row; undefined when it is not set. */
  get(row: number): QuantisedEmbedding | undefined {
    if (this.#isSet[row] !== 1) return undefined;
    const start = row * this.#stride;
    const bytes = this.#bytes.slice(start, start + this.#width);
    return { bytes, scale: this.#scales[row] ?? 0 };
  }

  /** Compares with every row. The answers hold until the next call. */
  compare(query: Float32Array): MatrixComparison {
    let largest = 0;
    for (const value of query) largest = Math.max(largest, Math.abs(value));
    const unit = largest === 0 ? 1 : largest / QUERY_MAX;
    for (let at = 0; at < this.#width; at += 1) {
      this.#query[at] = Math.round((query[at] ?? 0) / unit);
    }
    const { byteOffset } = this.#bytes;
    this.#kernel(byteOffset, 0, this.#dots.byteOffset, this.rows);
    return {
      cosineOf: (row) => (this.#isSet[row] === 1 ? this.#cosine(row, unit) : undefined),
      best: (count, accepts) => this.#best(count, unit, accepts),
    };
  }

  #cosine(row: number, unit: number): number {
    return (this.#dots[row] ?? 0) * (this.#scales[row] ?? 0) * unit;
  }

  /** One pass with a short sorted list: `count` is small beside the number of rows. */
  #best(count: number, unit: number, accepts?: (row: number) => boolean): MatrixMatch[] {
    const best: MatrixMatch[] = [];
    const { rows } = this;
    const dots = this.#dots;
    const scales = this.#scales;
    const isSet = this.#isSet;
    let floor = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < rows; row += 1) {
      const cosine = (dots[row] ?? 0) * (scales[row] ?? 0) * unit;
      if (cosine <= floor || isSet[row] !== 1 || accepts?.(row) === false) continue;
      let at = best.length;
      while (at > 0 && (best[at - 1]?.cosine ?? 0) < cosine) at -= 1;
      best.splice(at, 0, { row, cosine });
      if (best.length > count) best.pop();
      if (best.length === count) floor = best[count - 1]?.cosine ?? floor;
    }
    return best;
  }
}

interface MatrixComparison {
  cosineOf(row: number): number | undefined;
  /** The nearest rows, or those of them that are accepted, nearest first; equal ones in row order. */
  best(count: number, accepts?: (row: number) => boolean): MatrixMatch[];
}
