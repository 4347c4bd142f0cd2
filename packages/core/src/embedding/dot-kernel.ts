/**
 * The one loop that is too slow in plain JavaScript: a line's embedding against
 * every item of a library. As WebAssembly with 128-bit vectors it takes a tenth
 * of the time (bench/src/router). The module is assembled here from its
 * instructions, for one width of embeddings, so that it can be read and needs
 * no build step:
 *
 *     dots(matrix, query, out, rows)
 *       for each row: out[row] = sum over i of matrix[row][i] * query[i]
 *
 * `matrix` holds signed bytes, `query` signed 16-bit, `out` signed 32-bit
 * numbers; all are byte offsets into the imported memory. The caller keeps the
 * sums inside 32 bits.
 */
export type DotKernel = (matrix: number, query: number, out: number, rows: number) => void;

/** `width` is a positive multiple of 16. */
export function createDotKernel(memory: WebAssembly.Memory, width: number): DotKernel {
  const module = new WebAssembly.Module(assemble(width));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports["dots"] as DotKernel;
}

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY_BLOCK = 0x40;
const END = 0x0b;

// Parameters, then the local, by their numbers.
const MATRIX = 0;
const QUERY = 1;
const OUT = 2;
const ROWS = 3;
const SUM = 4;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const loop = (body: number[]): number[] => [0x03, EMPTY_BLOCK, ...body, END];
const whenThen = (body: number[]): number[] => [0x04, EMPTY_BLOCK, ...body, END];
const BRANCH_IF_BACK = [0x0d, 0];
const ADD = [0x6a];
const SUBTRACT = [0x6b];
const STORE_32 = [0x36, 2, 0];
const loadVector = (offset: number): number[] => [0xfd, 0x00, 0, ...unsigned(offset)];
/** Eight bytes as eight 16-bit numbers. */
const loadWidened = (offset: number): number[] => [0xfd, 0x01, 0, ...unsigned(offset)];
const DOT_PAIRS = [0xfd, 0xba, 0x01];
const ADD_LANES = [0xfd, 0xae, 0x01];
const lane = (number: number): number[] => [0xfd, 0x1b, number];

function eightProducts(at: number): number[] {
  const bytes = [...get(MATRIX), ...loadWidened(at)];
  return [...bytes, ...get(QUERY), ...loadVector(2 * at), ...DOT_PAIRS];
}

/** A row's products are written out one after the other: a loop over them would cost as much again. */
function assemble(width: number): Uint8Array<ArrayBuffer> {
  const products: number[] = [...eightProducts(0), ...eightProducts(8), ...ADD_LANES];
  for (let at = 16; at < width; at += 16) {
    products.push(...eightProducts(at), ...eightProducts(at + 8), ...ADD_LANES, ...ADD_LANES);
  }
  const oneRow = [
    ...[...products, ...set(SUM), ...get(OUT)],
    ...[...get(SUM), ...lane(0), ...get(SUM), ...lane(1), ...ADD],
    ...[...get(SUM), ...lane(2), ...ADD, ...get(SUM), ...lane(3), ...ADD],
    ...STORE_32,
  ];
  const nextRow = [
    ...[...get(OUT), ...constant(4), ...ADD, ...set(OUT)],
    ...[...get(MATRIX), ...constant(width), ...ADD, ...set(MATRIX)],
    ...[...get(ROWS), ...constant(1), ...SUBTRACT, ...tee(ROWS)],
  ];
  const body = [...get(ROWS), ...whenThen(loop([...oneRow, ...nextRow, ...BRANCH_IF_BACK])), END];
  const locals = [1, 1, V128];
  const code = sized([...locals, ...body]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 4, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...name("env"), ...name("memory"), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name("dots"), 0x00, 0]),
    ...section(10, [1, ...code]),
  ]);
}

function section(number: number, content: number[]): number[] {
  return [number, ...sized(content)];
}

function sized(content: number[]): number[] {
  return [...unsigned(content.length), ...content];
}

/** A number in seven bits a byte, the last without the eighth. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** The same of a constant, which has a sign: none here is negative, and the last byte must say so. */
function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.length - 1;
  if (((bytes[last] ?? 0) & 0x40) === 0) return bytes;
  return [...bytes.slice(0, last), (bytes[last] ?? 0) | 0x80, 0];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}
