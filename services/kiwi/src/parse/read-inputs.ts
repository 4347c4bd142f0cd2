import { keepsDigits } from "@lilux/core/json";
import type { InputSpec } from "@lilux/protocol";
import { failureAt } from "./parse-failure.ts";
import type { XmlElement } from "./read-xml.ts";
import { childNamed, childrenNamed, ownTextOf, textOf } from "./xml-queries.ts";

const TYPES: Readonly<Record<string, string>> = {
  str: "string",
  text: "string",
  int: "integer",
  float: "number",
  bool: "boolean",
  list: "array",
  dict: "object",
};
const INPUTS_MAX = 100;

/** The declared inputs. `text` is the file, for positions in failures. */
export function readInputs(inputs: XmlElement | undefined, text: string): InputSpec[] {
  const elements = childrenNamed(inputs, "input");
  const beyond = elements[INPUTS_MAX];
  if (beyond === undefined) return elements.map((element) => inputOf(element, text));
  throw failureAt(text, beyond.offset, {
    cause: `there are more than ${INPUTS_MAX} inputs`,
    fix: "Declare fewer; take an object or a list where many values belong together.",
  });
}

function inputOf(element: XmlElement, text: string): InputSpec {
  const { name, type = "string", required, default: fallback } = element.attributes;
  if (name === undefined || name.trim() === "") {
    throw failureAt(text, element.offset, {
      cause: "an <input> has no name",
      fix: 'Give it one: <input name="…" type="string" required="true">.',
    });
  }
  const inputType = normaliseInputType(type);
  const spec: InputSpec = {
    name,
    type: inputType,
    required: requiredOf(required ?? textOf(childNamed(element, "required")), element, text),
  };
  const description = textOf(childNamed(element, "description")) || ownTextOf(element);
  if (description !== "") spec.description = description;
  const defaultText = fallback ?? textOf(childNamed(element, "default"));
  if (fallback !== undefined || defaultText !== "") {
    spec.default = valueOfText(defaultText, inputType);
  }
  const schema = schemaOf(element, text);
  if (schema !== undefined) spec.schema = schema;
  return spec;
}

const REQUIRED = /^(?:true|yes|1|required)$/i;
const OPTIONAL = /^(?:|false|no|0|optional)$/i;

function requiredOf(given: string, element: XmlElement, text: string): boolean {
  const said = given.trim();
  if (REQUIRED.test(said)) return true;
  if (OPTIONAL.test(said)) return false;
  throw failureAt(text, element.offset, {
    cause: `required is "${said}" here, which is neither true nor false`,
    fix: 'Write required="true" or required="false".',
  });
}

export function normaliseInputType(type: string): string {
  const lower = type.trim().toLowerCase();
  return TYPES[lower] ?? lower;
}

function valueOfText(text: string, type: string): unknown {
  if (type === "string") return text;
  try {
    const value: unknown = JSON.parse(type === "boolean" ? text.toLowerCase() : text);
    // A number that JavaScript would change stays as it is written.
    return typeof value === "number" && !keepsDigits(text.trim()) ? text.trim() : value;
  } catch {
    return text;
  }
}

function schemaOf(element: XmlElement, text: string): Record<string, unknown> | undefined {
  const source = element.attributes["schema"] ?? textOf(childNamed(element, "schema"));
  if (source === "") return undefined;
  try {
    const schema: unknown = JSON.parse(source);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) {
      return schema as Record<string, unknown>;
    }
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw failureAt(text, element.offset, {
    cause: `the schema of input ${element.attributes["name"] ?? ""} is not a JSON object`,
    fix: "Write JSON Schema as JSON text, in CDATA if it holds < or &.",
  });
}
