import type { Grant } from "@lilux/protocol";
import { failureAt } from "./parse-failure.ts";
import { type PythonModule, readPythonModule } from "./python-constants.ts";

/** What a script says it needs beyond an empty machine. None of it is given by being asked for. */
export interface ScriptNeeds {
  /** PEP 508 requirements, as written. */
  dependencies: string[];
  /** Names of environment variables. */
  variables: string[];
}

const BLOCK = /^# \/\/\/ script[ \t]*\n((?:#(?: .*)?\n)+?)# \/\/\/[ \t]*$/gm;

/**
 * Dependencies from the inline metadata of PEP 723 (`# /// script`) or
 * `__dependencies__`, variables from `__environment__`. Imports declare
 * nothing: their names are not packages' names. Throws `ParseFailure`.
 */
export function readScriptNeeds(text: string, python: PythonModule): ScriptNeeds {
  return {
    dependencies: [
      ...new Set([
        ...inlineDependencies(text),
        ...strings(text, python, "__dependencies__", '"requests>=2.31"'),
      ]),
    ],
    variables: [...new Set(strings(text, python, "__environment__", '"API_BASE"'))],
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
      fix: 'Write __permissions__ = [{"verb": "read", "resource": "filesystem", "path": "data/**"}].',
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

function strings(text: string, python: PythonModule, name: string, example: string): string[] {
  const constant = python.constants.get(name);
  if (constant === undefined) return [];
  const { value, offset } = constant;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw failureAt(text, offset, {
    cause: `${name} is not a list of strings`,
    fix: `Write ${name} = [${example}].`,
  });
}

/** The block's TOML uses only lists of strings here, which Python's literals are, too. */
function inlineDependencies(text: string): string[] {
  const blocks = [...text.matchAll(BLOCK)];
  const [block] = blocks;
  if (block === undefined) return [];
  if (blocks.length > 1) {
    throw failureAt(text, blocks[1]?.index ?? 0, {
      cause: "there is a second block of inline script metadata",
      fix: "Keep one # /// script block.",
    });
  }
  const toml = (block[1] ?? "").replace(/^# ?/gm, "").split(/^\s*\[/m)[0] ?? "";
  if (!/^dependencies\s*=/m.test(toml)) return [];
  const asPython = toml.replace(/^dependencies(?=\s*=)/m, "__dependencies__");
  const value = readPythonModule(asPython).constants.get("__dependencies__")?.value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw failureAt(text, block.index, {
    cause: "the inline script metadata cannot be read",
    fix: 'Write # dependencies = ["requests>=2.31"], a list of strings, one requirement each.',
  });
}
