import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import type { ErrorCode } from "./errors.ts";
import { LiluxError } from "./lilux-error.ts";
import { mentionsItemType, readItemTypes } from "./read-item-types.ts";

/** A schema made ready once; `parse` returns the value or throws a typed error. */
export interface Parser<T> {
  is(value: unknown): value is T;
  /**
   * Reads item types as people write them (`tool` is a script). Throws
   * `LiluxError` naming the first wrong field, with all of them in `details.fields`.
   */
  parse(value: unknown): T;
}

interface Problem {
  field: string;
  problem: string;
}

const FIELDS_MAX = 8;

/** Compiles a schema into a parser for one edge. `what` names the thing in messages. */
export function createParser<S extends TSchema>(
  schema: S,
  what: string,
  code: ErrorCode = "invalid_request",
): Parser<Static<S>> {
  const validator: Validator = Compile(schema);
  const hasItemType = mentionsItemType(schema);
  return {
    is: (value): value is Static<S> => validator.Check(value),
    parse(given) {
      if (validator.Check(given)) return given as Static<S>;
      const value = hasItemType ? readItemTypes(schema, given) : given;
      if (value !== given && validator.Check(value)) return value as Static<S>;
      const fields = problemsOf(validator, value);
      const first = fields[0] ?? { field: "(whole)", problem: "is not of the expected form" };
      throw new LiluxError(code, {
        message: `${what}: ${first.field} ${first.problem}. Correct it and send it again.`,
        details: { field: first.field, fields },
      });
    },
  };
}

function problemsOf(validator: Validator, value: unknown): Problem[] {
  const problems = new Map<string, Problem>();
  for (const error of validator.Errors(value)) {
    const field = fieldOf(error.instancePath, error.params);
    if (!problems.has(field)) problems.set(field, { field, problem: problemOf(error) });
    if (problems.size >= FIELDS_MAX) break;
  }
  return [...problems.values()];
}

function problemOf(error: { keyword: string; params: unknown; message: string }): string {
  const params = error.params as { allowedValues?: unknown[] };
  switch (error.keyword) {
    case "required":
      return "is missing";
    case "additionalProperties":
    case "boolean":
      return "is not a known field";
    case "enum":
      return `must be one of ${(params.allowedValues ?? []).join(", ")}`;
    default:
      return error.message;
  }
}

function fieldOf(instancePath: string, params: unknown): string {
  const path = instancePath.split("/").filter((part) => part !== "");
  const extra = nameFrom(params);
  if (extra !== undefined) path.push(extra);
  return path.length === 0 ? "(whole)" : path.join(".");
}

/** JSON Schema reports a missing or unwanted property at its parent; people want its name. */
function nameFrom(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  for (const key of ["requiredProperties", "additionalProperties"]) {
    const names = (params as Record<string, unknown>)[key];
    if (Array.isArray(names) && typeof names[0] === "string") return names[0];
  }
  return undefined;
}
