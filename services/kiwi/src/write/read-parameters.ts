import {
  createParser,
  type ExecuteArguments,
  type ItemType,
  type Parser,
  TextEnum,
} from "@lilux/protocol";
import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import {
  DirectiveFields,
  type ItemFields,
  KnowledgeFields,
  ScriptFields,
} from "../compose/item-fields.ts";
import { wellFormedText } from "../compose/well-formed-text.ts";
import { fieldProblem } from "../files/field-problem.ts";

const Place = TextEnum(["project", "user"]);

/** What says how to write, beside what to write. */
const Controls = Type.Object({
  content: Type.Optional(Type.String({ minLength: 1 })),
  restore: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  category: Type.Optional(Type.String({ maxLength: 256 })),
  destination: Type.Optional(Place),
  source: Type.Optional(Place),
  location: Type.Optional(Place),
  expectedSha256: Type.Optional(Type.String({ pattern: "^[0-9a-fA-F]{64}$" })),
  confirm: Type.Optional(Type.Boolean()),
});
const CONTROLS = Object.keys(Controls.properties);

export interface WriteParameters {
  /** The whole file; at most one of this, `restore` and fields is given. */
  content: string | undefined;
  /** A kept version to go back to. */
  restore: string | undefined;
  /** Undefined when no field is given. */
  fields: ItemFields | undefined;
  category: string | undefined;
  /** Where to create, or whose item to change; undefined when the caller leaves it open. */
  place: "project" | "user" | undefined;
  /** Lower case. */
  expectedSha256: string | undefined;
}

const parsers = {
  controls: parser(Controls),
  directive: parser(DirectiveFields),
  script: parser(ScriptFields),
  knowledge: parser(KnowledgeFields),
};

function parser<S extends TSchema>(schema: S): (value: unknown) => Static<S> {
  const checked: Parser<Static<S>> = createParser(schema, "parameters", "invalid_inputs");
  return (value) => checked.parse(Value.Default(schema, value));
}

/** The parameters of a create, update or delete. Throws `invalid_inputs` naming the field. */
export function readParameters(given: ExecuteArguments): WriteParameters {
  const entries = Object.entries(structuredClone(given.parameters ?? {}));
  const isControl = ([name]: [string, unknown]): boolean => CONTROLS.includes(name);
  const controls = parsers.controls(Object.fromEntries(entries.filter(isControl)));
  const rest = entries.filter((entry) => !isControl(entry));
  assertApplicable(given, controls, rest);
  const { content, restore, category, expectedSha256 } = controls;
  return {
    content,
    restore,
    fields: rest.length === 0 ? undefined : readFields(given.item_type, Object.fromEntries(rest)),
    category,
    place: onePlace(controls),
    expectedSha256: expectedSha256?.toLowerCase(),
  };
}

function assertApplicable(
  { action }: ExecuteArguments,
  controls: Static<typeof Controls>,
  fields: readonly [string, unknown][],
): void {
  const whole = [controls.content && "content", controls.restore && "restore"];
  const ways = [...whole, fields[0]?.[0]].filter((way) => way !== undefined && way !== "");
  const [first, second] = ways;
  if (action === "delete" && first !== undefined) {
    throw fieldProblem(first, "says nothing to a delete; leave it out");
  }
  if (second !== undefined) throw fieldProblem(second, `cannot be given together with ${first}`);
  if (action === "update" && first === undefined) {
    throw fieldProblem("content", "is missing: give the whole file, single fields, or restore");
  }
  if (action !== "create" && controls.category !== undefined) {
    throw fieldProblem(
      "category",
      "is part of the item's id: to move an item, create it there and delete it here",
    );
  }
}

function onePlace(controls: Static<typeof Controls>): WriteParameters["place"] {
  const { destination, source, location } = controls;
  const given = [destination, source, location].filter((place) => place !== undefined);
  if (new Set(given).size > 1) {
    throw fieldProblem("destination", "differs from source or location: they mean the same here");
  }
  return given[0];
}

function readFields(item_type: ItemType, given: Record<string, unknown>): ItemFields {
  const value = wellFormed(convenient(given));
  switch (item_type) {
    case "directive":
      return { item_type, fields: parsers.directive(value) };
    case "script":
      return { item_type, fields: parsers.script(value) };
    case "knowledge":
      return { item_type, fields: parsers.knowledge(value) };
  }
}

/** What people type for the same thing: a list with commas, a step or tier as text, a bare number. */
function convenient(given: Record<string, unknown>): Record<string, unknown> {
  const value = { ...given };
  for (const name of ["description", "title", "version", "body", "entry_type"]) {
    if (typeof value[name] === "number") value[name] = String(value[name]);
  }
  for (const name of ["tags", "dependencies", "environment", "secrets"]) {
    const list = value[name];
    if (typeof list === "string") value[name] = list.split(",").map((part) => part.trim());
  }
  if (Array.isArray(value["tags"])) {
    value["tags"] = [
      ...new Set(value["tags"].map((tag) => (typeof tag === "string" ? tag.trim() : tag))),
    ];
  }
  if (typeof value["model_class"] === "string")
    value["model_class"] = { tier: value["model_class"] };
  if (Array.isArray(value["steps"])) {
    value["steps"] = value["steps"].map((step: unknown) =>
      typeof step === "string" ? { action: step } : step,
    );
  }
  return value;
}

/** Line ends as `\n`; text that UTF-8 cannot write, and zero bytes, are refused by their field. */
function wellFormed<T>(value: T, path = ""): T {
  if (typeof value === "string") return wellFormedText(value, path) as T;
  if (Array.isArray(value)) {
    return value.map((member: unknown, at) => wellFormed(member, join(path, String(at)))) as T;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    return [wellFormedText(name, path), wellFormed(member, join(path, name))];
  });
  return Object.fromEntries(entries) as T;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
