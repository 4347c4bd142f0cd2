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
  const block = inlineBlock(text);
  const toml = block?.toml.split(/^\s*\[/m, 1)[0] ?? "";
  if (block === undefined || !/^dependencies\s*=/m.test(toml)) return [];
  const asPython = toml.replace(/^dependencies(?=\s*=)/m, "__dependencies__");
  const value = readPythonModule(asPython).constants.get("__dependencies__")?.value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw failureAt(text, block.offset, {
    cause: "the inline script metadata cannot be read",
    fix: 'Write # dependencies = ["requests>=2.31"], a list of strings, one requirement each.',
  });
}

/** The comment lines between `# /// script` and `# ///`, looked at once each. */
function inlineBlock(text: string): { toml: string; offset: number } | undefined {
  let found: { toml: string; offset: number } | undefined;
  let open: { lines: string[]; offset: number } | undefined;
  let offset = 0;
  for (const line of text.split("\n")) {
    if (open === undefined && /^# \/\/\/ script[ \t]*$/.test(line)) open = { lines: [], offset };
    else if (open !== undefined && /^# \/\/\/[ \t]*$/.test(line)) {
      if (found !== undefined) throw secondBlock(text, open.offset);
      found = { toml: open.lines.join("\n"), offset: open.offset };
      open = undefined;
    } else if (open !== undefined && /^#( |$)/.test(line)) open.lines.push(line.slice(2));
    else open = undefined;
    offset += line.length + 1;
  }
  return found;
}

function secondBlock(text: string, offset: number) {
  return failureAt(text, offset, {
    cause: "there is a second block of inline script metadata",
    fix: "Keep one # /// script block.",
  });
}
