import type { InputSpec } from "@lilux/protocol";
import { convertValue } from "./convert-value.ts";

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
 * missing; other values are converted as `convertValue` does. Names that start with `_` steer the run and
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
    const converted = convertValue(value, spec.type);
    const problem = converted.problem ?? schemaProblem(spec, converted.value, checkSchema);
    if (problem === undefined) values.set(spec.name, converted.value);
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

/** What a schema says of a number that stays text is said of the nearest one. */
function schemaProblem(
  { type, schema }: InputSpec,
  value: unknown,
  checkSchema: CheckSchema,
): string | undefined {
  if (schema === undefined) return undefined;
  const isNumber = type === "integer" || type === "number";
  return checkSchema(schema, isNumber ? Number(value) : value);
}
