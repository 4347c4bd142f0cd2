/**
 * Fills a directive's placeholders from its inputs: `{{x}}`, `{input:x}` and
 * `{input:x:default}`, `${inputs.x}`, and `{x}` where `x` is a declared input.
 * What has neither value nor default, and what names no declared input (code
 * is full of braces), stays as it is written. Values are put in as text, once:
 * a value that looks like a placeholder is not filled again.
 */
export function fillPlaceholders(
  text: string,
  inputs: Readonly<Record<string, unknown>>,
  declared: ReadonlySet<string>,
): string {
  return text.replace(PLACEHOLDER, (whole: string, ...groups: unknown[]) => {
    const [double, prefixed, fallback, dollar, plain] = groups as (string | undefined)[];
    const name = double ?? prefixed ?? dollar ?? plain ?? "";
    if (plain !== undefined && !declared.has(plain)) return whole;
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (value !== undefined && value !== null) return textOfValue(value);
    return fallback ?? whole;
  });
}

const NAME = "[A-Za-z_][A-Za-z0-9_-]{0,127}";
const PLACEHOLDER = new RegExp(
  `\\{\\{\\s*(?:inputs?[.:])?(${NAME})\\s*\\}\\}` +
    `|\\{input:(${NAME})(?::([^{}\\n]{0,1000}))?\\}` +
    `|\\$\\{inputs\\.(${NAME})\\}` +
    `|(?<![$\\w])\\{(${NAME})\\}`,
  "g",
);

export interface FoundPlaceholder {
  /** As it is written. */
  whole: string;
  name: string;
  /** `{x}` alone may as well be a brace of code. */
  form: "plain" | "marked";
  hasDefault: boolean;
  /** The character it stands behind; empty at the start. */
  before: string;
}

/** Every placeholder of a text, filled or not, in order. */
export function findPlaceholders(text: string): FoundPlaceholder[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => {
    const [whole, double, prefixed, fallback, dollar, plain] = match;
    return {
      whole,
      name: double ?? prefixed ?? dollar ?? plain ?? "",
      form: plain === undefined ? "marked" : "plain",
      hasDefault: fallback !== undefined,
      before: text.slice(Math.max(0, match.index - 1), match.index),
    };
  });
}

function textOfValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
