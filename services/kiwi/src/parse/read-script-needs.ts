import type { Grant } from "@lilux/protocol";
import { failureAt } from "./parse-failure.ts";
import { exampleOf } from "./python/manifest-names.ts";
import type { PythonModule } from "./python/read-python-module.ts";
import { readInlineDependencies } from "./read-inline-metadata.ts";

/** What a script says it needs beyond an empty machine. None of it is given by being asked for. */
export interface ScriptNeeds {
  /** PEP 508 requirements, as written. */
  dependencies: string[];
  /** Names of environment variables. */
  variables: string[];
  /** Names of secrets of the tenant. */
  secrets: string[];
}

/**
 * Dependencies from the inline metadata of PEP 723 (`# /// script`) or
 * `__dependencies__`, variables from `__environment__`, secrets from `__secrets__`. Imports declare
 * nothing: their names are not packages' names. Throws `ParseFailure`.
 */
export function readScriptNeeds(text: string, python: PythonModule): ScriptNeeds {
  return {
    dependencies: [
      ...new Set([...readInlineDependencies(text), ...strings(text, python, "__dependencies__")]),
    ],
    variables: [...new Set(strings(text, python, "__environment__"))],
    secrets: [...new Set(strings(text, python, "__secrets__"))],
  };
}

/** `__permissions__`: what of the project and the world the script asks for, as grants. */
export function readScriptGrants(text: string, python: PythonModule): Grant[] {
  const constant = python.constants.get("__permissions__");
  if (constant === undefined) return [];
  const listed: unknown[] = Array.isArray(constant.value) ? constant.value : [null];
  return listed.map((entry) => {
    const { verb, ...attributes } = asStrings(entry) ?? {};
    if (verb !== undefined) return { verb, attributes };
    throw failureAt(text, constant.offset, {
      cause: "__permissions__ holds an entry that is no grant",
      fix: `${exampleOf("__permissions__")}.`,
    });
  });
}

function asStrings(entry: unknown): Record<string, string> | undefined {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return undefined;
  const values = Object.values(entry);
  return values.every((value) => typeof value === "string")
    ? (entry as Record<string, string>)
    : undefined;
}

function strings(text: string, python: PythonModule, name: string): string[] {
  const constant = python.constants.get(name);
  if (constant === undefined) return [];
  const { value, offset } = constant;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw failureAt(text, offset, {
    cause: `${name} is not a list of strings`,
    fix: `${exampleOf(name)}.`,
  });
}
