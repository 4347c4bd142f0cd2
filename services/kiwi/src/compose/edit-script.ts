import { readPythonModule } from "../parse/python/read-python-module.ts";
import type { ScriptFields } from "./item-fields.ts";
import { pythonAssignment, pythonValue } from "./python-literal.ts";
import { fieldsToChange, readFields } from "./read-fields.ts";
import { applyEdits, type TextEdit } from "./text-edits.ts";

/** The constant a field is kept in. */
const CONSTANTS = {
  version: "__version__",
  description: "__tool_description__",
  tags: "__tags__",
  effect: "__effect__",
  dependencies: "__dependencies__",
  environment: "__environment__",
  secrets: "__secrets__",
  permissions: "__permissions__",
  inputs: "__inputs__",
} as const;

type ManifestField = keyof typeof CONSTANTS;

/**
 * A script's text with these fields changed. A constant is replaced where it
 * stands; a new one is put after the others, or after docstring, header and
 * `__future__` imports. New code keeps the manifest of the old.
 */
export function editScript(text: string, id: string, fields: ScriptFields): string {
  const { code, ...manifest } = fields;
  const source = code === undefined ? text : withManifestOf(text, code);
  const changed = fieldsToChange(readFields("script", source, id), manifest);
  const names = Object.keys(CONSTANTS).filter((name) => changed.includes(name as ManifestField));
  const assignments = names.map((name) => {
    const field = name as ManifestField;
    return { constant: CONSTANTS[field], value: constantOf(field, manifest[field]) };
  });
  return putConstants(source, assignments);
}

/** Grants are kept flat, with the verb among the attributes, as people write them. */
function constantOf(field: ManifestField, value: unknown): unknown {
  if (field !== "permissions" || !Array.isArray(value)) return value;
  return value.map(({ verb, attributes }: { verb: string; attributes: object }) => ({
    verb,
    ...attributes,
  }));
}

/** New code under the constants of the old, but for those it brings itself. */
function withManifestOf(text: string, code: string): string {
  const kept = readPythonModule(text).constants;
  const brought = readPythonModule(code).constants;
  const carried = [...kept].filter(([name]) => !brought.has(name));
  const ended = code.endsWith("\n") ? code : `${code}\n`;
  return putConstants(
    ended,
    carried.map(([constant, { value }]) => ({ constant, value })),
  );
}

interface Assignment {
  constant: string;
  value: unknown;
}

function putConstants(source: string, assignments: readonly Assignment[]): string {
  const { constants } = readPythonModule(source);
  const edits: TextEdit[] = [];
  const added: string[] = [];
  for (const { constant, value } of assignments) {
    // `__description__` is an older name for the same thing.
    const older = constant === "__tool_description__" ? "__description__" : constant;
    const name = constants.has(constant) ? constant : older;
    const present = constants.get(name);
    if (present === undefined) added.push(pythonAssignment(constant, value));
    else {
      const { valueAt } = present;
      edits.push({ ...valueAt, text: pythonValue(value, name.length) });
    }
  }
  if (added.length > 0) edits.push(insertion(source, added));
  return applyEdits(source, edits);
}

/** A block of its own, with a blank line to what stands before and after it. */
function insertion(source: string, lines: readonly string[]): TextEdit {
  const at = manifestEnd(source);
  const before = source.slice(0, at);
  const after = source.slice(at);
  const joinsBlock = /^__[a-z_]+__|^\]/m.test(before.slice(lastLineStart(before)));
  const head = before === "" || joinsBlock ? "" : "\n";
  const foot = after.trim() === "" || after.startsWith("\n") ? "" : "\n";
  const start = before === "" || before.endsWith("\n") ? "" : "\n";
  return { start: at, end: at, text: `${start}${head}${lines.join("\n")}\n${foot}` };
}

function lastLineStart(text: string): number {
  return text.trimEnd().lastIndexOf("\n") + 1;
}

/** The offset of the line after the manifest, or where one may begin. */
function manifestEnd(source: string): number {
  const known = new Set<string>([...Object.values(CONSTANTS), "__category__", "__description__"]);
  const { constants, prologueEnd } = readPythonModule(source);
  const ends = [...constants].filter(([name]) => known.has(name)).map(([, { end }]) => end);
  const last = Math.max(prologueEnd, ...ends);
  const lineEnd = source.indexOf("\n", Math.max(last - 1, 0));
  if (last === 0) return 0;
  return lineEnd < 0 ? source.length : lineEnd + 1;
}
