import type { Effect, InputSpec } from "@lilux/protocol";
import { failureAt } from "./parse-failure.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { type PythonModule, readPythonModule } from "./python-constants.ts";
import { readEffect } from "./read-effect.ts";
import { normaliseInputType } from "./read-inputs.ts";
import { readScriptGrants, readScriptNeeds } from "./read-script-needs.ts";

/**
 * Reads a script's manifest from its text: dunder constants first, then the
 * docstring's first paragraph, then the comment header. Never runs or imports it.
 */
export function parseScript(text: string, id: string): ParsedItem {
  const python = readPythonModule(text);
  return {
    name: id,
    description: descriptionOf(python),
    version: stringOf(python, "__version__") ?? "0.0.0",
    tags: [
      ...new Set([
        ...stringsOf(python, "__tags__"),
        ...(stringOf(python, "__category__") ?? "").split(/[,/]/).filter((part) => part !== ""),
      ]),
    ],
    inputs: inputsOf(text, python),
    effect: effectOf(text, python),
    permissions: readScriptGrants(text, python),
    steps: [],
    outputs: {},
    modelClass: null,
    body: "",
    needs: readScriptNeeds(text, python),
  };
}

function descriptionOf(python: PythonModule): string {
  const declared = stringOf(python, "__tool_description__") ?? stringOf(python, "__description__");
  if (declared !== undefined) return declared;
  const first = python.docstring.split("\n").find((line) => line.trim() !== "");
  return first?.trim() ?? python.header.find((line) => line.trim() !== "")?.trim() ?? "";
}

function stringOf(python: PythonModule, name: string): string | undefined {
  const value = python.constants.get(name)?.value;
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function stringsOf(python: PythonModule, name: string): string[] {
  const value = python.constants.get(name)?.value;
  if (typeof value === "string") return value.split(",").map((part) => part.trim());
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Running code writes, unless its manifest says otherwise. */
function effectOf(text: string, python: PythonModule): Effect {
  const constant = python.constants.get("__effect__");
  if (constant === undefined) return "write";
  const effect = readEffect(constant.value);
  if (effect !== undefined) return effect;
  throw failureAt(text, constant.offset, {
    cause: `__effect__ is ${JSON.stringify(constant.value)}, which is no effect class`,
    fix: 'Write __effect__ = "read", "write" or "destructive".',
  });
}

/** `__inputs__` as a list of dicts with a name, or a dict of dicts by name. */
function inputsOf(text: string, python: PythonModule): InputSpec[] {
  const constant = python.constants.get("__inputs__");
  if (constant === undefined) return [];
  const listed = Array.isArray(constant.value)
    ? constant.value
    : Object.entries(isRecord(constant.value) ? constant.value : {}).map(([name, spec]) =>
        isRecord(spec) ? { ...spec, name } : { name, type: spec },
      );
  return listed.map((given: unknown) => {
    const spec = isRecord(given) ? inputOf(given) : undefined;
    if (spec !== undefined) return spec;
    throw failureAt(text, constant.offset, {
      cause: "__inputs__ holds an entry without a name",
      fix: 'Write __inputs__ = [{"name": "…", "type": "string", "required": True}].',
    });
  });
}

function inputOf(given: Record<string, unknown>): InputSpec | undefined {
  const { name, type, required, description, schema } = given;
  if (typeof name !== "string" || name === "") return undefined;
  return {
    name,
    type: normaliseInputType(typeof type === "string" ? type : "string"),
    required: required === true,
    ...("default" in given ? { default: given["default"] } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(isRecord(schema) ? { schema } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
