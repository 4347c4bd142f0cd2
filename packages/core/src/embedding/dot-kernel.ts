/**
 * The one loop that is too slow in plain JavaScript: a line's embedding against
 * every item of a library. As WebAssembly with 128-bit vectors it takes a tenth
 * of the time (bench/src/router). The module is assembled here from its
 * instructions, so that it can be read and needs no build step:
 *
 *     dots(matrix, query, out, rows, width)
 *       for each row: out[row] = sum over i of matrix[row][i] * query[i]
 *
 * `matrix` holds signed bytes, `query` signed 16-bit, `out` signed 32-bit
 * numbers; all are byte offsets into the imported memory. `width` is a positive
 * multiple of 16. The caller keeps the sums inside 32 bits.
 */
export type DotKernel = (
  matrix: number,
  query: number,
  out: number,
  rows: number,
  width: number,
) => void;

export function createDotKernel(memory: WebAssembly.Memory): DotKernel {
  const module = new WebAssembly.Module(assemble());
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports["dots"] as DotKernel;
}

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY_BLOCK = 0x40;
const END = 0x0b;

// Parameters, then locals, by their numbers.
const MATRIX = 0;
const QUERY = 1;
const OUT = 2;
const ROWS = 3;
const WIDTH = 4;
const AT = 5;
const QUERY_AT = 6;
const SUM = 7;
const BYTES = 8;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const constant = (value: number): number[] => [0x41, value];
const loop = (body: number[]): number[] => [0x03, EMPTY_BLOCK, ...body, END];
const whenThen = (body: number[]): number[] => [0x04, EMPTY_BLOCK, ...body, END];
const BRANCH_IF_BACK = [0x0d, 0];
const ADD = [0x6a];
const SUBTRACT = [0x6b];
const SHIFT_LEFT = [0x74];
const LESS_UNSIGNED = [0x49];
const STORE_32 = [0x36, 2, 0];
const loadVector = (offset: number): number[] => [0xfd, 0x00, 0, offset];
const ZERO_VECTOR = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const WIDEN_LOW = [0xfd, 0x87, 0x01];
const WIDEN_HIGH = [0xfd, 0x88, 0x01];
const DOT_PAIRS = [0xfd, 0xba, 0x01];
const ADD_LANES = [0xfd, 0xae, 0x01];
const lane = (number: number): number[] => [0xfd, 0x1b, number];

function assemble(): Uint8Array<ArrayBuffer> {
  const sixteenProducts = [
    ...[...get(MATRIX), ...get(AT), ...ADD, ...loadVector(0), ...tee(BYTES), ...WIDEN_LOW],
    ...[...get(QUERY), ...get(AT), ...constant(1), ...SHIFT_LEFT, ...ADD, ...tee(QUERY_AT)],
    ...[...loadVector(0), ...DOT_PAIRS],
    ...[...get(BYTES), ...WIDEN_HIGH, ...get(QUERY_AT), ...loadVector(16), ...DOT_PAIRS],
    ...[...ADD_LANES, ...get(SUM), ...ADD_LANES, ...set(SUM)],
  ];
  const nextSixteen = [...get(AT), ...constant(16), ...ADD, ...tee(AT)];
  const oneRow = [
    ...[...ZERO_VECTOR, ...set(SUM), ...constant(0), ...set(AT)],
    ...loop([
      ...sixteenProducts,
      ...nextSixteen,
      ...get(WIDTH),
      ...LESS_UNSIGNED,
      ...BRANCH_IF_BACK,
    ]),
    ...get(OUT),
    ...[...get(SUM), ...lane(0), ...get(SUM), ...lane(1), ...ADD],
    ...[...get(SUM), ...lane(2), ...ADD, ...get(SUM), ...lane(3), ...ADD],
    ...STORE_32,
  ];
  const nextRow = [
    ...[...get(OUT), ...constant(4), ...ADD, ...set(OUT)],
    ...[...get(MATRIX), ...get(WIDTH), ...ADD, ...set(MATRIX)],
    ...[...get(ROWS), ...constant(1), ...SUBTRACT, ...tee(ROWS)],
  ];
  const body = [...get(ROWS), ...whenThen(loop([...oneRow, ...nextRow, ...BRANCH_IF_BACK])), END];
  const locals = [2, 2, I32, 2, V128];
  const code = sized([...locals, ...body]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
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
  const bytes: number[] = [];
  let rest = content.length;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return [...bytes, ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}
