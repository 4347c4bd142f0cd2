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

function textOfValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
