import type { Grant, InputSpec, Step } from "@lilux/protocol";
import { assertXmlText, xmlAttribute, xmlContent } from "./xml-text.ts";

/** Lines of an element, without the indentation of the place it goes to. */
export type Lines = string[];

export function textElement(name: string, text: string, field: string, head = ""): Lines {
  return [`<${name}${head}>${xmlContent(text, field)}</${name}>`];
}

export function listElement(name: string, children: readonly Lines[]): Lines {
  if (children.length === 0) return [`<${name}/>`];
  return [`<${name}>`, ...children.flat().map((line) => indent(line, 2)), `</${name}>`];
}

/** The text in CDATA begins at the margin of its file: what stands on such lines is content. */
export function indent(line: string, by: number): string {
  const [first = "", ...rest] = line.split("\n");
  return [" ".repeat(by) + first, ...rest].join("\n");
}

export function grantElements(grants: readonly Grant[]): Lines {
  return listElement(
    "permissions",
    grants.map(({ verb, attributes }, at) => {
      const isEverything = verb === "*";
      const head = attributesOf(attributes, `permissions.${at}.attributes`);
      return [isEverything ? "*" : `<${verb}${head}/>`];
    }),
  );
}

export function inputElements(inputs: readonly InputSpec[]): Lines {
  return listElement(
    "inputs",
    inputs.map((input, at) => inputElement(input, `inputs.${at}`)),
  );
}

function inputElement(input: InputSpec, field: string): Lines {
  const { name, type, required, default: fallback, description = "", schema } = input;
  const head = [
    xmlAttribute("name", name, field),
    xmlAttribute("type", type, field),
    xmlAttribute("required", String(required), field),
    fallback === undefined ? "" : xmlAttribute("default", defaultText(fallback, type), field),
  ].join("");
  const place = `${field}.description`;
  if (schema === undefined) {
    return description === ""
      ? [`<input${head}/>`]
      : textElement("input", description, place, head);
  }
  const inner = [
    ...(description === "" ? [] : textElement("description", description, place)),
    ...textElement("schema", JSON.stringify(schema), `${field}.schema`),
  ];
  return [`<input${head}>`, ...inner.map((line) => indent(line, 2)), "</input>"];
}

/** Strings as they are, everything else as JSON: that is how it is read. */
function defaultText(value: unknown, type: string): string {
  return type === "string" && typeof value === "string" ? value : JSON.stringify(value);
}

export function stepElements(steps: readonly Step[]): Lines {
  return listElement(
    "process",
    steps.map((step, at) => stepElement(step, `steps.${at}`)),
  );
}

function stepElement({ name, description, action, attributes }: Step, field: string): Lines {
  const named = name === "" ? "" : xmlAttribute("name", name, `${field}.name`);
  const head = named + attributesOf(attributes, `${field}.attributes`);
  const inner = [
    ...(description === "" ? [] : textElement("description", description, `${field}.description`)),
    ...(action === "" ? [] : textElement("action", action, `${field}.action`)),
  ];
  if (inner.length === 0) return [`<step${head}/>`];
  return [`<step${head}>`, ...inner.map((line) => indent(line, 2)), "</step>"];
}

export function outputElements(outputs: Readonly<Record<string, string>>): Lines {
  return listElement(
    "outputs",
    Object.entries(outputs).map(([name, text]) => {
      const field = `outputs.${name}`;
      return name === "success" || name === "failure"
        ? textElement(name, text, field)
        : textElement("output", text, field, xmlAttribute("name", name, field));
    }),
  );
}

export function tagElements(tags: readonly string[]): Lines {
  return listElement(
    "tags",
    tags.map((tag, at) => textElement("tag", tag, `tags.${at}`)),
  );
}

function attributesOf(attributes: Readonly<Record<string, string>>, field: string): string {
  return Object.entries(attributes)
    .map(([name, value]) => {
      assertXmlText(name, field);
      return xmlAttribute(name, value, `${field}.${name}`);
    })
    .join("");
}
