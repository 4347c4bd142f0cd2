import { visit } from "jsonc-parser";

/** Why a text that begins as a JSON object is none, and where. */
export interface JsonFault {
  reason: "not_a_number" | "more_than_one" | "nested_too_deep" | "invalid_json";
  /** A clause that ends with its place, for "The script printed …". */
  what: string;
  fix: string;
  line: number | undefined;
  column: number | undefined;
}

/** Deeper ones break whoever reads them by recursion. */
export const OUTPUT_DEPTH_MAX = 200;

/** Finds the first fault of a text that `JSON.parse` refused, or that nests too deep. */
export function jsonFaultOf(text: string): JsonFault {
  const deepAt = tooDeepAt(text);
  if (deepAt !== undefined) {
    const what = `an object that is nested deeper than ${OUTPUT_DEPTH_MAX} levels`;
    return placed({ text, offset: deepAt }, "nested_too_deep", what, "Print something flatter.");
  }
  const offset = firstErrorIn(text);
  if (offset === undefined) return unplaced();
  const place = { text, offset };
  const word = /^-?(?:NaN|Infinity)\b/.exec(text.slice(offset, offset + 16))?.[0];
  if (word !== undefined) {
    const fix = "Print None in its place; json.dumps(result, allow_nan=False) finds them.";
    return placed(place, "not_a_number", `${word}, which JSON does not have,`, fix);
  }
  if (isWhole(text.slice(0, offset))) {
    const fix = "Print one object: several go into a list of it, and words to stderr.";
    return placed(place, "more_than_one", "an object and then more text,", fix);
  }
  return placed(place, "invalid_json", "what begins as a JSON object and is none", PRINT_JSON);
}

const PRINT_JSON = "Have it print json.dumps(result), and nothing beside it.";

function unplaced(): JsonFault {
  const what = "what begins as a JSON object and is none";
  return { reason: "invalid_json", what, fix: PRINT_JSON, line: undefined, column: undefined };
}

function placed(
  { text, offset }: { text: string; offset: number },
  reason: JsonFault["reason"],
  what: string,
  fix: string,
): JsonFault {
  const before = text.slice(0, offset).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { reason, what: `${what} at line ${line}, column ${column}`, fix, line, column };
}

function firstErrorIn(text: string): number | undefined {
  let first: number | undefined;
  const onError = (_code: number, offset: number): void => {
    first ??= offset;
  };
  visit(text, { onError }, { disallowComments: true });
  return first;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the bracket stands that is one too many. Looks at each character once. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInText) {
      if (character === "\\") index += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') {
      isInText = true;
    } else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > OUTPUT_DEPTH_MAX) return index;
    } else if (character === "}" || character === "]") {
      depth -= 1;
    }
  }
  return undefined;
}
