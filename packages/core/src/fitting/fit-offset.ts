import { minimise } from "./minimise.ts";
import { rightPlaces, type StudiedLine } from "./studied-line.ts";

/** Features of less spread than this say nothing among a tenant's lines, and keep their weight. */
const SPREAD_MIN = 1e-4;
/** What is told by few lines only may not move further for it. */
const SPREAD_COUNTED_MIN = 0.1;

/**
 * What is added to a ranker's weights so that it fits these lines better, as a conditional logit over
 * each line's candidates. `strength` is how much the weights are held where they are, in lines: each
 * squared step of one spread costs as much as half of so many lines' loss.
 */
export function fitOffset(lines: readonly StudiedLine[], strength: number): Float64Array {
  const width = lines[0]?.rows[0]?.length ?? 0;
  const units = unitsOf(lines, width);
  const told = lines.flatMap((line) => {
    const right = rightPlaces(line);
    return right === undefined || line.weight === 0 ? [] : [{ line, right: new Set(right) }];
  });
  if (told.length === 0) return new Float64Array(width);
  const objective = (scaled: Float64Array) => {
    const offset = scaled.map((value, place) => value * (units[place] ?? 0));
    const gradient = new Float64Array(width);
    let value = 0;
    for (const { line, right } of told) value += addLine(line, right, { offset, gradient });
    for (let place = 0; place < width; place += 1) {
      const own = scaled[place] ?? 0;
      value += 0.5 * strength * own * own;
      gradient[place] = (gradient[place] ?? 0) * (units[place] ?? 0) + strength * own;
    }
    return { value, gradient };
  };
  const scaled = minimise(objective, new Float64Array(width));
  return scaled.map((value, place) => value * (units[place] ?? 0));
}

/** A line's utilities once an offset is added. */
export function offsetUtilities(
  { rows, utilities }: Pick<StudiedLine, "rows" | "utilities">,
  offset: Float64Array,
): number[] {
  return rows.map((row, place) => {
    let sum = utilities[place] ?? 0;
    for (let at = 0; at < row.length; at += 1) sum += (row[at] ?? 0) * (offset[at] ?? 0);
    return sum;
  });
}

/** The line's weighed loss, whose gradient is added. */
function addLine(
  line: StudiedLine,
  right: ReadonlySet<number>,
  { offset, gradient }: { offset: Float64Array; gradient: Float64Array },
): number {
  const utilities = offsetUtilities(line, offset);
  const all = logSum(utilities, () => true);
  const good = logSum(utilities, (place) => right.has(place));
  for (const [place, row] of line.rows.entries()) {
    const utility = utilities[place] ?? 0;
    const pull = Math.exp(utility - all) - (right.has(place) ? Math.exp(utility - good) : 0);
    const push = line.weight * pull;
    for (let at = 0; at < row.length; at += 1) {
      gradient[at] = (gradient[at] ?? 0) + push * (row[at] ?? 0);
    }
  }
  return line.weight * (all - good);
}

/** How unlikely a ranker finds what is known of each line, with the line's weight. */
export function lossesOf(
  lines: readonly StudiedLine[],
  offset: Float64Array,
): { loss: number; weight: number }[] {
  return lines.flatMap((line) => {
    const right = rightPlaces(line);
    if (right === undefined) return [];
    const among = new Set(right);
    const utilities = offsetUtilities(line, offset);
    const all = logSum(utilities, () => true);
    const loss = all - logSum(utilities, (place) => among.has(place));
    return [{ loss, weight: line.weight }];
  });
}

function logSum(utilities: readonly number[], isIn: (place: number) => boolean): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const [place, value] of utilities.entries()) {
    if (isIn(place)) largest = Math.max(largest, value);
  }
  let sum = 0;
  for (const [place, value] of utilities.entries()) {
    if (isIn(place)) sum += Math.exp(value - largest);
  }
  return largest + Math.log(sum);
}

/** Steps are taken in units of what a feature is: one over its spread among the candidates of a line. */
function unitsOf(lines: readonly StudiedLine[], width: number): Float64Array {
  const squares = new Float64Array(width);
  let rows = 0;
  for (const line of lines) {
    const means = meansOf(line.rows, width);
    for (const row of line.rows) {
      rows += 1;
      for (let at = 0; at < width; at += 1) {
        squares[at] = (squares[at] ?? 0) + ((row[at] ?? 0) - (means[at] ?? 0)) ** 2;
      }
    }
  }
  return squares.map((square) => {
    const spread = Math.sqrt(square / Math.max(1, rows));
    return spread < SPREAD_MIN ? 0 : 1 / Math.max(spread, SPREAD_COUNTED_MIN);
  });
}

function meansOf(rows: StudiedLine["rows"], width: number): Float64Array {
  const means = new Float64Array(width);
  for (const row of rows) {
    for (let at = 0; at < width; at += 1) {
      means[at] = (means[at] ?? 0) + (row[at] ?? 0) / rows.length;
    }
  }
  return means;
}
