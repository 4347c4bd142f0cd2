import type { InputSpec } from "@lilux/protocol";
import { numberOfWord } from "./number-words.ts";
import { plainNumber } from "./written-number.ts";

const YES = new Set(["true", "yes", "on", "y"]);
const NO = new Set(["false", "no", "off", "n"]);

/**
 * A written value as the declared type, or undefined where it is none. Digits a
 * double cannot hold stay the text they are, so that whoever validates the
 * call refuses them by name instead of running on another number.
 */
export function valueAs({ type }: Pick<InputSpec, "type">, text: string): unknown {
  switch (type) {
    case "integer":
    case "number":
      return numberAs(type, text);
    case "boolean":
      return booleanAs(text);
    case "array":
      return arrayAs(text);
    case "object":
      return jsonAs(text, (value) => typeof value === "object" && !Array.isArray(value));
    default:
      return text === "" ? undefined : text;
  }
}

export function booleanAs(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (YES.has(lower)) return true;
  return NO.has(lower) ? false : undefined;
}

function numberAs(type: "integer" | "number", text: string): number | string | undefined {
  const word = numberOfWord(text);
  if (word !== undefined) return word;
  const plain = plainNumber(text);
  if (plain === undefined) return undefined;
  const value = Number(plain);
  const isHeld = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isHeld || significantDigits(plain) > 15) return plain;
  return type === "integer" && !Number.isInteger(value) ? undefined : value;
}

function significantDigits(text: string): number {
  return text.replace(/e.*$/iu, "").replace(/\D/gu, "").replace(/^0+/u, "").length;
}

function arrayAs(text: string): unknown[] | undefined {
  if (text.startsWith("[")) {
    const parsed = jsonAs(text, Array.isArray);
    return Array.isArray(parsed) ? parsed : undefined;
  }
  const parts = text.split(",").map((part) => part.trim());
  const given = parts.filter((part) => part !== "");
  return given.length === 0 ? undefined : given;
}

function jsonAs(text: string, accepts: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && accepts(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
