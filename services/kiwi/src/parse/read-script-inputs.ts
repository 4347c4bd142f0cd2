import type { InputSpec } from "@lilux/protocol";
import { failureAt, type ParseFailure } from "./parse-failure.ts";
import { exampleOf } from "./python/manifest-names.ts";
import type { PythonModule } from "./python/read-python-module.ts";
import { normaliseInputType } from "./read-inputs.ts";

/**
 * `__inputs__` as a list of dicts with a name, or a dict of dicts by name.
 * Throws `ParseFailure` for what is neither: an input that was passed over
 * would never be asked for.
 */
export function readScriptInputs(text: string, python: PythonModule): InputSpec[] {
  const constant = python.constants.get("__inputs__");
  if (constant === undefined) return [];
  const fail = (cause: string): ParseFailure =>
    failureAt(text, constant.offset, { cause, fix: `${exampleOf("__inputs__")}.` });
  return entriesOf(constant.value, fail).map((entry) => inputOf(entry, fail));
}

type Fail = (cause: string) => ParseFailure;

function entriesOf(value: unknown, fail: Fail): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) throw fail("__inputs__ is neither a list nor a dict");
  return Object.entries(value).map(([name, spec]) =>
    isRecord(spec) ? { ...spec, name } : { name, type: spec },
  );
}

function inputOf(entry: unknown, fail: Fail): InputSpec {
  const { name, type, required, description, schema, ...others } = isRecord(entry) ? entry : {};
  if (typeof name !== "string" || name === "") {
    throw fail("__inputs__ holds an entry without a name");
  }
  const isSaid = (value: unknown): boolean => value !== undefined && value !== null;
  if (isSaid(type) && typeof type !== "string") throw fail(`the type of input ${name} is not text`);
  if (isSaid(required) && typeof required !== "boolean") {
    throw fail(`required of input ${name} is neither True nor False`);
  }
  if (isSaid(schema) && !isRecord(schema)) throw fail(`the schema of input ${name} is not a dict`);
  return {
    name,
    type: normaliseInputType(typeof type === "string" ? type : "string"),
    required: required === true,
    ...("default" in others ? { default: others["default"] } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(isRecord(schema) ? { schema } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
