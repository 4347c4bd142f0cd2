import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import type { LineValues } from "./line-values.ts";

/** Which of two ends a value or an input is. */
export type ValueRole = "start" | "end";

const BEFORE_START = new Set(
  "from since starting start begins beginning after between low lowest".split(" "),
);
const BEFORE_END = new Set(
  "to until till through thru ending end ends by into upto high highest".split(" "),
);
const BETWEEN = new Set(["and", "to", "-", "–"]);
const PASSED_OVER = new Set("the a an on of is it at in day".split(" "));
const NAMED_START = new Set(
  "from since start begin beginning first earliest old before low lowest min minimum lower current stock source left".split(
    " ",
  ),
);
const NAMED_END = new Set(
  "to until till end last latest new after high highest max maximum upper target destination due right".split(
    " ",
  ),
);

/** By the word before it: "from X to Y", "until Y", "between X and Y". */
export function roleOfValue(line: LineValues, at: number): ValueRole | undefined {
  const word = wordBefore(line, at);
  if (word === undefined) return undefined;
  if (BEFORE_START.has(word)) return "start";
  if (BEFORE_END.has(word)) return "end";
  return undefined;
}

/** Whether two values are said as one span or choice: "between 4 and 8", "5 or 6", "16 by 24". */
export function joinOf(
  line: LineValues,
  { first, second }: { first: number; second: number },
): "span" | "choice" | undefined {
  const between = line.tokens.slice(first + 1, second).map(({ text }) => text.toLowerCase());
  const words = between.filter((word) => word !== "");
  const link = words.at(-1) ?? "";
  if (words.length > 2) return undefined;
  // "4711 by minus 200" is no size.
  if (/^[+-]/.test(line.tokens[second]?.text ?? "")) return undefined;
  if (link === "or" || link === "by" || link === "x" || link === "×") return "choice";
  const opens = wordBefore(line, first);
  if (opens === "between" && BETWEEN.has(link)) return "span";
  return undefined;
}

/** By the words of its name: `from_date`, `last_page`, `new_price`. */
export function roleOfInput({ name }: InputSpec): ValueRole | undefined {
  const words = splitIdentifier(name);
  const isStart = words.some((word) => NAMED_START.has(word));
  const isEnd = words.some((word) => NAMED_END.has(word));
  if (isStart === isEnd) return undefined;
  return isStart ? "start" : "end";
}

/** Words that say "end" of nearly anything: "set the highest to -85" is no end of a span. */
export function isWeakRole(line: LineValues, at: number): boolean {
  return /^(?:to|by|into)$/.test(wordBefore(line, at) ?? "");
}

/** The inputs of each role, where there is just one of it. */
export function onlyOfRole(specs: readonly InputSpec[], role: ValueRole): InputSpec | undefined {
  const [only, ...more] = specs.filter((spec) => roleOfInput(spec) === role);
  return more.length === 0 ? only : undefined;
}

function wordBefore({ tokens }: LineValues, at: number): string | undefined {
  for (let back = at - 1; back >= Math.max(0, at - 3); back -= 1) {
    const token = tokens[back];
    if (token === undefined || token.isClosed) return undefined;
    const word = token.text.toLowerCase();
    if (!PASSED_OVER.has(word)) return word;
  }
  return undefined;
}
