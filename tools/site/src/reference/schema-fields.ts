import { anchorOf } from "../anchor-of.ts";
import { cell, tableOf } from "./table-of.ts";

/** As much of JSON Schema as the protocol's schemas use. */
export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
}

/** The name of a shape that the page shows in a place of its own, if this is one. */
export type NameOf = (schema: Schema) => string | undefined;

/** How deep a page goes into what has no name. */
const DEPTH_MAX = 4;

/** The fields of a shape as a table: what has a name leads to its place, what has none is shown below its field. */
export function fieldsTable(schema: Schema, nameOf: NameOf): string {
  const rows = fieldsOf(schema, nameOf, { path: "", depth: 0 });
  return rows.length === 0 ? "" : tableOf(["field", "", ""], rows);
}

interface Where {
  path: string;
  depth: number;
}

function fieldsOf(schema: Schema, nameOf: NameOf, { path, depth }: Where): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const isNeeded = schema.required?.includes(key) === true;
    const says = [field.description ?? "", ...standing(field)].filter((part) => part !== "");
    const row = [
      `\`${path}${key}${isNeeded ? "" : "?"}\``,
      typeOf(field, nameOf),
      cell(says.join(" ")),
    ];
    const inner = field.items ?? field;
    const isNamed = nameOf(field) !== undefined || nameOf(inner) !== undefined;
    if (isNamed || inner.properties === undefined || depth === DEPTH_MAX) return [row];
    const below = `${path}${key}${field.items === undefined ? "" : "[]"}.`;
    return [row, ...fieldsOf(inner, nameOf, { path: below, depth: depth + 1 })];
  });
}

function standing(field: Schema): string[] {
  return field.default === undefined ? [] : [`${JSON.stringify(field.default)} unless said.`];
}

/** A type in words: `"a"` or `"b"`, a number with its bounds, a name that leads to its place. */
export function typeOf(schema: Schema, nameOf: NameOf): string {
  const name = nameOf(schema);
  if (name !== undefined) return `[${name}](#${anchorOf(name)})`;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" ");
  }
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) {
    return [...new Set(forms.map((form) => typeOf(form, nameOf)))].join(" or ");
  }
  if (schema.items !== undefined) {
    const most = schema.maxItems === undefined ? "" : `, at most ${schema.maxItems} of them`;
    return `list of ${typeOf(schema.items, nameOf)}${most}`;
  }
  return bounded(schema);
}

function bounded({ type = "anything", minimum, maximum, maxLength }: Schema): string {
  const word = type === "string" ? "text" : type;
  if (minimum !== undefined && maximum !== undefined) return `${word}, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${word}, ${minimum} or more`;
  if (maxLength !== undefined) return `${word} of ${grouped(maxLength)} characters at most`;
  return maximum === undefined ? word : `${word}, at most ${grouped(maximum)}`;
}

function grouped(number: number): string {
  return number.toLocaleString("en");
}
