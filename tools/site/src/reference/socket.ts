import {
  Call,
  Candidate,
  Confirmation,
  ContextCandidate,
  EnterEffect,
  ErrorBody,
  ItemMatch,
  PlanStep,
  Usage,
} from "@lilux/protocol";
import { anchorOf } from "../anchor-of.ts";
import { fieldsTable, type NameOf, type Schema, typeOf } from "./schema-fields.ts";
import { cell, tableOf } from "./table-of.ts";

export interface AsyncApi {
  info: { description: string };
  channels: { session: { messages: Record<string, { summary: string; payload: Schema }> } };
  operations: Record<string, { action: string; messages: { $ref: string }[] }>;
}

/** Shapes that several frames hold: shown once. */
const SHAPES = {
  Call,
  Candidate,
  Confirmation,
  ContextCandidate,
  EnterEffect,
  ErrorBody,
  ItemMatch,
  PlanStep,
  Usage,
};

/** Every frame of the socket with its fields, from the description that its schemas give. */
export function socketPage(document: AsyncApi): string {
  const { messages } = document.channels.session;
  const shapes = Object.entries(SHAPES).map(([name, schema]) => ({ name, schema: plain(schema) }));
  const names = new Map(shapes.map(({ name, schema }) => [keyOf(schema), name]));
  const nameOf: NameOf = (schema) => names.get(keyOf(schema));
  const groups = Object.values(document.operations).map(({ action, messages: listed }) => {
    const heading = action === "receive" ? "Sent by a client" : "Sent by a gateway";
    const frames = listed.map(({ $ref }) => $ref.split("/").at(-1) ?? "");
    const index = frames.map((name) => [
      `[\`${name}\`](#${anchorOf(name)})`,
      cell(messages[name]?.summary ?? ""),
    ]);
    const each = frames.map((name) => frameOf(name, messages[name]?.payload ?? {}, nameOf));
    return `## ${heading}\n\n${tableOf(["frame", ""], index)}\n${each.join("\n\n")}`;
  });
  const shown = shapes.map(({ name, schema }) => shapeOf(name, schema, nameOf));
  return `# Socket\n\n${document.info.description} Made of [asyncapi.json](/asyncapi.json){target="_self"}.\n\n${groups.join("\n\n")}\n\n## Shapes\n\n${shown.join("\n\n")}\n`;
}

function frameOf(name: string, payload: Schema, nameOf: NameOf): string {
  const { type: _, ...properties } = payload.properties ?? {};
  const fields = fieldsTable({ ...payload, properties }, nameOf);
  return `### ${name}\n\n${fields === "" ? "Nothing beside its `type`." : fields}`;
}

/** A union shows each of its forms; one of words, those. */
function shapeOf(name: string, schema: Schema, nameOf: NameOf): string {
  const forms = schema.anyOf ?? [schema];
  const others: NameOf = (inner) => (inner === schema ? undefined : nameOf(inner));
  const tables = forms.map((form) =>
    form.properties === undefined ? typeOf(form, others) : fieldsTable(form, others),
  );
  return `### ${name}\n\n${schema.description === undefined ? "" : `${schema.description}\n\n`}${tables.join("\nor\n\n")}`;
}

function plain(schema: unknown): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema;
}

/** Equal for shapes that are equal, also where each is described in its own words. */
function keyOf({ description: _, default: __, ...schema }: Schema): string {
  return JSON.stringify(schema);
}
