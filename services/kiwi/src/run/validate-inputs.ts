import type { InputSpec } from "@lilux/protocol";

interface InputProblem {
  field: string;
  problem: string;
}

interface ValidatedInputs {
  /** Every declared input that has a value, converted, with defaults filled in. */
  values: Record<string, unknown>;
  /** All that is wrong, in the order of declaration, then what nobody declared. */
  problems: InputProblem[];
}

/** Checks a value against a JSON Schema; what is wrong with it, or nothing. */
type CheckSchema = (schema: Record<string, unknown>, value: unknown) => string | undefined;

const CONTROL_PREFIX = "_";

/**
 * Checks given parameters against declared inputs. Null and blank text count as
 * missing; text is converted where only one reading exists ("12" for an
 * integer, "yes" is no boolean). Names that start with `_` steer the run and
 * are no inputs. An item that declares no inputs takes any.
 */
export function validateInputs(
  specs: readonly InputSpec[],
  given: Readonly<Record<string, unknown>>,
  checkSchema: CheckSchema,
): ValidatedInputs {
  const values = new Map<string, unknown>();
  const problems: InputProblem[] = [];
  for (const spec of specs) {
    const value = Object.hasOwn(given, spec.name) ? given[spec.name] : undefined;
    if (isMissing(value)) {
      if (spec.default !== undefined && spec.default !== null) values.set(spec.name, spec.default);
      else if (spec.required) problems.push({ field: spec.name, problem: missing(spec) });
      continue;
    }
    const converted = convert(value, spec.type);
    const problem =
      converted === undefined
        ? `must be ${article(spec.type)}, not ${describe(value)}`
        : spec.schema === undefined
          ? undefined
          : checkSchema(spec.schema, converted);
    if (problem === undefined) values.set(spec.name, converted);
    else problems.push({ field: spec.name, problem });
  }
  problems.push(...undeclared(specs, given, values));
  return { values: Object.fromEntries(values), problems };
}

function undeclared(
  specs: readonly InputSpec[],
  given: Readonly<Record<string, unknown>>,
  values: Map<string, unknown>,
): InputProblem[] {
  const known = new Set(specs.map((spec) => spec.name));
  const extra = Object.entries(given).filter(
    ([name, value]) => !known.has(name) && !name.startsWith(CONTROL_PREFIX) && !isMissing(value),
  );
  if (specs.length > 0) {
    const names = [...known].join(", ");
    return extra.map(([field]) => ({ field, problem: `is not an input; there are: ${names}` }));
  }
  for (const [name, value] of extra) values.set(name, value);
  return [];
}

export function isMissing(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "string" && value.trim() === "")
  );
}

function missing({ type, description }: InputSpec): string {
  return `is required (${type}${description === undefined ? "" : `: ${description}`})`;
}

/** The value as the type, or undefined when it is not one and cannot be read as one. */
function convert(value: unknown, type: string): unknown {
  switch (type) {
    case "string":
      return typeof value === "string"
        ? value
        : typeof value === "number" || typeof value === "boolean"
          ? String(value)
          : undefined;
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

function integerOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (
    typeof value !== "string" ||
    !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value.trim())
  ) {
    return undefined;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

function parsed(value: unknown, accepts: (value: unknown) => boolean): unknown {
  if (typeof value !== "string") return undefined;
  try {
    const result: unknown = JSON.parse(value);
    return accepts(result) ? result : undefined;
  } catch {
    return undefined;
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
