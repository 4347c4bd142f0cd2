import { LiluxError } from "@lilux/protocol";
import type { Static, TObject } from "typebox";
import { Value } from "typebox/value";

/**
 * Reads one service's settings from the environment, by a schema whose
 * property names are the variables' names, with defaults and bounds.
 *
 * Empty variables count as not set. Every problem is reported at once, by
 * variable name and never with its value, since it may be a secret. Throws
 * `config_invalid`. The result is frozen.
 */
export function readSettings<S extends TObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Static<S>> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "") given[name] = value;
  }
  const settings = Value.Default(schema, Value.Convert(schema, given));
  if (Value.Check(schema, settings)) return Object.freeze(settings as Static<S>);
  throw new LiluxError("config_invalid", { message: describeProblems(schema, settings) });
}

function describeProblems(schema: TObject, settings: unknown): string {
  const lines = new Map<string, string>();
  for (const error of Value.Errors(schema, settings)) {
    const name = error.instancePath.split("/")[1] ?? missingNames(error.params);
    if (!lines.has(name)) lines.set(name, `  ${name} ${error.message}`);
  }
  return `These settings cannot be used:\n${[...lines.values()].join("\n")}`;
}

function missingNames(params: unknown): string {
  const names = (params as { requiredProperties?: string[] }).requiredProperties;
  return names?.join(", ") ?? "(settings)";
}
