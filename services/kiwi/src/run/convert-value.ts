import { keepsDigits, readJson } from "@lilux/core/json";
import { LiluxError } from "@lilux/protocol";

/** The value as the type, or why it is none. */
export type ConvertedValue =
  | { value: unknown; problem?: undefined }
  | { value?: undefined; problem: string };

/**
 * Reads a value as a declared type. Text is read where it has one reading only
 * ("12" for an integer, "yes" is no boolean). A number whose digits JavaScript
 * would change stays the text that was given, of whatever length.
 */
export function convertValue(value: unknown, type: string): ConvertedValue {
  const converted = valueAs(value, type);
  if (converted instanceof LiluxError) return { problem: DIGITS_CHANGE };
  if (converted !== undefined) return { value: converted };
  return { problem: `must be ${article(type)}, not ${describe(value)}` };
}

const DIGITS_CHANGE = "holds a number whose digits would change: write that in quotes";

function valueAs(value: unknown, type: string): unknown {
  switch (type) {
    case "string":
      return textOf(value);
    case "integer":
      return integerOf(value);
    case "number":
      return numberOf(value);
    case "boolean":
      return booleanOf(value);
    case "array":
      return Array.isArray(value) ? value : parsed(value, Array.isArray);
    case "object":
      return isObject(value) ? value : parsed(value, isObject);
    default:
      return value;
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** From here on JavaScript writes a number with an exponent. */
const PLAIN_BELOW = 1e21;
const WHOLE = /^[+-]?\d+$/;

function integerOf(value: unknown): number | string | undefined {
  const number = numberOf(value);
  if (typeof number === "string") return WHOLE.test(number) ? number : undefined;
  if (number === undefined || !Number.isInteger(number)) return undefined;
  if (Math.abs(number) < PLAIN_BELOW) return number;
  return typeof value === "string" && WHOLE.test(value.trim()) ? value.trim() : undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function numberOf(value: unknown): number | string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const text = typeof value === "string" ? value.trim() : "";
  if (!NUMBER.test(text)) return undefined;
  return keepsDigits(text) ? Number(text) : text;
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** An error of ours for a number that would change. */
function parsed(value: unknown, accepts: (value: unknown) => boolean): unknown {
  if (typeof value !== "string") return undefined;
  try {
    const result = readJson(value, "value");
    return accepts(result) ? result : undefined;
  } catch (thrown) {
    return thrown instanceof LiluxError ? thrown : undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A value's kind. Never the value: it may be private. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "string" ? "this text" : article(typeof value);
}
