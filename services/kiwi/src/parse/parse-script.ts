import { type Effect, EXAMPLE_CHARACTERS_MAX } from "@lilux/protocol";
import { failureAt } from "./parse-failure.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { exampleOf } from "./python/manifest-names.ts";
import { type PythonModule, readPythonModule } from "./python/read-python-module.ts";
import { type AskedFor, readAskedFor } from "./read-asked-for.ts";
import { readEffect } from "./read-effect.ts";
import { readInlineTool } from "./read-inline-metadata.ts";
import { readScriptInputs } from "./read-script-inputs.ts";
import { readScriptGrants, readScriptNeeds } from "./read-script-needs.ts";

/**
 * Reads a script's manifest from its text: dunder constants first, then the
 * docstring's first paragraph, then the comment header. Never runs or imports
 * it. What is there and cannot be read is a `ParseFailure`, never an absence:
 * an effect that was not read would make a destructive script a mild one.
 */
export function parseScript(text: string, id: string): ParsedItem {
  const python = readPythonModule(text);
  const categories = textOf(text, python, "__category__") ?? "";
  return {
    name: id,
    description: descriptionOf(text, python),
    version: textOf(text, python, "__version__") ?? "0.0.0",
    tags: [
      ...new Set([
        ...readScriptTags(text, python),
        ...categories.split(/[,/]/).filter((part) => part !== ""),
      ]),
    ],
    inputs: readScriptInputs(text, python),
    effect: effectOf(text, python),
    permissions: readScriptGrants(text, python),
    steps: [],
    outputs: {},
    modelClass: null,
    body: "",
    needs: readScriptNeeds(text, python),
    ...askedForOf(text, python),
  };
}

/** The constants, else `[tool.lilux]` of the inline metadata. */
function askedForOf(text: string, python: PythonModule): AskedFor {
  const inline = readInlineTool(text);
  const said = (name: "examples" | "when_to_use" | "trigger"): unknown =>
    python.constants.get(`__${name}__`)?.value ?? inline?.value[name];
  const given = {
    examples: said("examples"),
    when_to_use: said("when_to_use"),
    trigger: said("trigger"),
  };
  return readAskedFor(given, ({ cause }) => {
    const constant = python.constants.get("__examples__");
    const offset = constant?.offset ?? inline?.offset ?? 0;
    const fix =
      constant === undefined
        ? 'Write # examples = ["line that people type"] under # [tool.lilux].'
        : `${exampleOf("__examples__")}: lines that people type, of at most ${EXAMPLE_CHARACTERS_MAX} characters.`;
    return failureAt(text, offset, { cause, fix });
  });
}

/** `__tags__`: a list of texts, or one text with commas. Throws `ParseFailure`. */
export function readScriptTags(text: string, python: PythonModule): string[] {
  const constant = python.constants.get("__tags__");
  if (constant === undefined || constant.value === null) return [];
  const { value, offset } = constant;
  if (typeof value === "string") return value.split(",").map((part) => part.trim());
  if (Array.isArray(value) && value.every((tag) => typeof tag === "string")) return value;
  throw failureAt(text, offset, {
    cause: "__tags__ is not a list of texts",
    fix: `${exampleOf("__tags__")}.`,
  });
}

function descriptionOf(text: string, python: PythonModule): string {
  const declared =
    textOf(text, python, "__tool_description__") ?? textOf(text, python, "__description__");
  if (declared !== undefined) return declared;
  const first = python.docstring.split("\n").find((line) => line.trim() !== "");
  return first?.trim() ?? python.header.find((line) => line.trim() !== "")?.trim() ?? "";
}

/** None and blank text say nothing. */
function textOf(text: string, python: PythonModule, name: string): string | undefined {
  const constant = python.constants.get(name);
  if (constant === undefined || constant.value === null) return undefined;
  if (typeof constant.value === "string") return constant.value.trim() || undefined;
  throw failureAt(text, constant.offset, {
    cause: `${name} is not text`,
    fix: `${exampleOf(name)}, in quotes.`,
  });
}

/** Running code writes, unless its manifest says otherwise. */
function effectOf(text: string, python: PythonModule): Effect {
  const constant = python.constants.get("__effect__");
  if (constant === undefined) return "write";
  const effect = readEffect(constant.value);
  if (effect !== undefined) return effect;
  throw failureAt(text, constant.offset, {
    cause: `__effect__ is ${JSON.stringify(constant.value)}, which is no effect class`,
    fix: `${exampleOf("__effect__")}.`,
  });
}
