import { LiluxError } from "@lilux/protocol";
import { isDeeperThan, JSON_DEPTH_MAX } from "./is-deeper-than.ts";
import { keepsDigits } from "./keeps-digits.ts";

/** Without it there is no number that changes, nor one that we would write otherwise. */
const SUSPECT = /\d[.eE]|-0|\d{16}/;

/**
 * Reads JSON that somebody sent, without changing a digit. A number that a
 * JavaScript number cannot hold is refused by the name of its field. The one
 * exception are the values of `parameters`: a number there that would be
 * written back otherwise (1.10, 1e5, 1349021875512938561) becomes the text it
 * was, and the declared type of the input reads that. Names with `_` steer the
 * run and stay numbers.
 *
 * Throws a `SyntaxError` for what is not JSON, as `JSON.parse` does, and
 * `invalid_request` for such a number, or where it nests too deep to be looked
 * through. `what` names the thing in that message; `at` is where the text stands
 in it, when that is not its top.
 */
export function readJson(text: string, what: string, at: Path = []): unknown {
  if (!SUSPECT.test(text)) return JSON.parse(text);
  if (isDeeperThan(JSON.parse(text), DEPTH_MAX)) throw tooDeep(what);
  return settle(parseWritten(text), at, (number, path) => {
    if (isParameter(path)) return number.written;
    if (keepsDigits(number.written)) return number.value;
    throw changed(what, path);
  });
}

/** JSON whose numbers are as they were written, or text where that would have changed them. */
export interface JsonAsText {
  value: unknown;
  /** Where a number became text, as `rows.3.id`; the first of them. */
  asText: string[];
}

const NAMED_MAX = 20;

/** Reads JSON that nobody can be asked to send again. Throws only a `SyntaxError`. */
export function readJsonAsText(text: string): JsonAsText {
  const asText: string[] = [];
  const plain: unknown = JSON.parse(text);
  if (!SUSPECT.test(text) || isDeeperThan(plain, DEPTH_MAX)) return { value: plain, asText };
  const value = settle(parseWritten(text), [], (number, path) => {
    if (keepsDigits(number.written)) return number.value;
    if (asText.length < NAMED_MAX) asText.push(path.join("."));
    return number.written;
  });
  return { value, asText };
}

/** Deeper than any edge takes; below, what is looked through by recursion has room. */
const DEPTH_MAX = 4 * JSON_DEPTH_MAX;

/** A number as the text has it. */
class WrittenNumber {
  readonly written: string;
  readonly value: number;
  constructor(written: string, value: number) {
    this.written = written;
    this.value = value;
  }
}

/** The numbers that are not written as JavaScript writes them stand as `WrittenNumber`. */
function parseWritten(text: string): unknown {
  const reviver: Reviver = (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && source !== String(value)
      ? new WrittenNumber(source, value)
      : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** TypeScript does not know the third argument yet. */
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

type Path = readonly string[];

/** Puts a value in place of each written number; changes what it is given. */
function settle(
  value: unknown,
  path: Path,
  replace: (number: WrittenNumber, path: Path) => unknown,
): unknown {
  if (value instanceof WrittenNumber) return replace(value, path);
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      if (isHolder(member)) value[index] = settle(member, [...path, String(index)], replace);
    }
  } else if (isHolder(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (!isHolder(member)) continue;
      const settled = settle(member, [...path, name], replace);
      if (settled !== member) Object.defineProperty(value, name, { value: settled });
    }
  }
  return value;
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Its value is read by the declared type, which text leaves open. */
function isParameter(path: Path): boolean {
  return path.at(-2) === "parameters" && path.at(-1)?.startsWith("_") === false;
}

function changed(what: string, path: Path): LiluxError {
  const field = path.length === 0 ? "(whole)" : path.join(".");
  const problem = "is a number whose digits would change";
  return new LiluxError("invalid_request", {
    message: `${what}: ${field} ${problem}. Send it as text, in quotes.`,
    details: { field, fields: [{ field, problem }] },
  });
}

function tooDeep(what: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `${what} nests deeper than ${JSON_DEPTH_MAX} levels. Send something flatter.`,
  });
}
