const PLAIN = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?$/iu;
const GROUPED_BY_COMMAS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u;
const GROUPED_BY_DOTS = /^[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/u;
const GROUPED_BY_APOSTROPHES = /^[+-]?\d{1,3}(?:['’]\d{3})+(?:\.\d+)?$/u;
/** Three digits behind a comma are a group of a thousand. */
const DECIMAL_COMMA = /^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d{3})$/u;
const ONE_DOT_AND_THREE_DIGITS = /^[+-]?[1-9]\d{0,2}\.\d{3}$/u;

/**
 * A number as people write it, with no mark but a decimal point: "1,250.50", "1.250,50", "1'250" and "28,50". Keeps
 * every digit; undefined for what is no number.
 */
export function plainNumber(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  if (GROUPED_BY_COMMAS.test(text)) return text.replaceAll(",", "");
  if (GROUPED_BY_APOSTROPHES.test(text)) return text.replaceAll(/['’]/gu, "");
  if (GROUPED_BY_DOTS.test(text)) return text.replaceAll(".", "").replace(",", ".");
  return DECIMAL_COMMA.test(text) ? text.replace(",", ".") : undefined;
}

/** "1.250" is a thousand and more in Berlin and one and a quarter in Boston: nobody but who typed it knows. */
export function isOfTwoReadings(text: string): boolean {
  return ONE_DOT_AND_THREE_DIGITS.test(text);
}

/** A plain number times a power of ten, without a double between its digits: "1.1" and 6 are "1100000". */
export function timesPowerOfTen(plain: string, power: number): string {
  const [, sign = "", whole = "", part = ""] = /^([+-]?)(\d*)\.?(\d*)$/u.exec(plain) ?? [];
  const digits = `${whole}${part.padEnd(power, "0")}`;
  const at = whole.length + power;
  const shifted = digits.slice(0, at).replace(/^0+(?=\d)/u, "");
  const rest = digits.slice(at).replace(/0+$/u, "");
  return `${sign === "-" ? "-" : ""}${shifted}${rest === "" ? "" : `.${rest}`}`;
}
