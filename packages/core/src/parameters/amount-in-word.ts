import { isCurrency } from "./units.ts";
import { plainNumber, timesPowerOfTen } from "./written-number.ts";

/** A number and the unit joined to it. */
interface AmountInWord {
  /** Plain digits. */
  text: string;
  /** Empty for a number with nothing but a "k" behind it. */
  unit: string;
}

const SIGN_FIRST = /^([+-]?)([€$£¥])([+-]?\d[\d.,'’]*)(k|m|mn|bn)?$/iu;
const UNIT_LAST = /^([+-]?\d[\d.,'’]*)(\p{L}{1,12}|%|°c?|[€$£¥])$/iu;
const HOURS_AND_MINUTES = /^(\d{1,3})h([0-5]?\d)(?:m|min)?$/iu;
/** Powers of ten. A bare "m" may be metres or minutes, so it is a million of money alone. */
const SCALES: Readonly<Record<string, number>> = { k: 3, mn: 6, bn: 9 };

/** "2s", "€1,250.50", "28,50€", "1h15", "2k"; what follows may say what is counted: "1.5m euros". */
export function amountInWord(word: string, next: string | undefined): AmountInWord | undefined {
  const clock = HOURS_AND_MINUTES.exec(word);
  if (clock !== null) {
    return { text: String(Number(clock[1]) * 60 + Number(clock[2])), unit: "minute" };
  }
  const signed = SIGN_FIRST.exec(word);
  if (signed !== null) {
    const [, minus = "", sign = "", digits = "", scale = ""] = signed;
    return scaled(`${minus}${digits}`, scale, sign);
  }
  const [, digits = "", unit = ""] = UNIT_LAST.exec(word) ?? [];
  if (unit === "") return undefined;
  const money = next !== undefined && isCurrency(next) ? next : "";
  const isScale = Object.hasOwn(SCALES, unit) || (unit === "m" && money !== "");
  return isScale ? scaled(digits, unit, money) : scaled(digits, "", unit);
}

function scaled(digits: string, scale: string, unit: string): AmountInWord | undefined {
  const plain = plainNumber(digits);
  if (plain === undefined) return undefined;
  const power = scale === "m" ? 6 : (SCALES[scale] ?? 0);
  return { text: power === 0 ? plain : timesPowerOfTen(plain, power), unit };
}
