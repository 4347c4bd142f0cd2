/**
 * Whether a number as it is written survives as a JavaScript number: what is
 * written out again has the same sign and the same value to the last digit.
 * 1e5, 2.0 and 1.10 do; 9007199254740993, 1e400, -0 and pi to 20 digits do not.
 */
export function keepsDigits(written: string): boolean {
  const value = Number(written);
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  return sameNumber(partsOf(written), partsOf(String(value)));
}

interface Parts {
  isNegative: boolean;
  /** Without zeros at either end; empty for zero. */
  digits: string;
  /** Of ten, for the last of the digits. */
  exponent: number;
}

function partsOf(written: string): Parts {
  const [mantissa = "", power = "0"] = written.toLowerCase().split("e");
  const isNegative = mantissa.startsWith("-");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const all = whole + fraction;
  // Loops: a regular expression over a million zeros takes their number squared.
  let start = 0;
  while (all[start] === "0") start += 1;
  let end = all.length;
  while (end > start && all[end - 1] === "0") end -= 1;
  const digits = all.slice(start, end);
  const exponent = digits === "" ? 0 : Number(power) - fraction.length + (all.length - end);
  return { isNegative, digits, exponent };
}

function sameNumber(a: Parts, b: Parts): boolean {
  return a.isNegative === b.isNegative && a.digits === b.digits && a.exponent === b.exponent;
}
