import { fieldsTable, type NameOf, type Schema, typeOf } from "./schema-fields.ts";
import { cell, tableOf } from "./table-of.ts";

interface Content {
  content?: Record<string, { schema?: Schema; example?: unknown }>;
}

interface Parameter {
  name?: string;
  in?: string;
  description?: string;
  required?: boolean;
  schema?: Schema;
  $ref?: string;
}

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Content;
  responses?: Record<string, Content & { description?: string }>;
}

export interface OpenApi {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
  };
}

interface Place {
  path: string;
  method: string;
  operation: Operation;
}

/** Every operation with what it takes and answers, from the description that a gateway gives. */
export function restPage(document: OpenApi): string {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map(({ name, description }) => {
    const own = all.filter(({ operation }) => operation.tags?.[0] === name);
    return `## ${name}\n\n${description}\n\n${own.map((one) => operationOf(one, document)).join("\n\n")}`;
  });
  const shapes = Object.entries(document.components.schemas).map(([name, schema]) =>
    shapeOf(name, schema),
  );
  return `# REST, every operation\n\nMade of [openapi.json](/openapi.json){target="_self"}, which generators make clients of. What holds for all of them is in [REST](../rest.md).\n\n${groups.join("\n\n")}\n\n## Shapes\n\n${shapes.join("\n\n")}\n`;
}

const nameOf: NameOf = ({ $ref }) => $ref?.split("/").at(-1);

function operationOf({ path, method, operation }: Place, document: OpenApi): string {
  const takes = operation.requestBody?.content?.["application/json"];
  const answers = Object.entries(operation.responses ?? {}).map(([status, response]) => [
    status,
    answerOf(response),
    cell(response.description ?? ""),
  ]);
  return [
    `### ${method.toUpperCase()} \`${path}\``,
    `\`${operation.operationId ?? ""}\`. ${operation.description ?? operation.summary ?? ""}`,
    ...parametersOf(operation, document),
    ...bodyOf(takes?.schema),
    ...(takes?.example === undefined ? [] : [asJson(takes.example)]),
    tableOf(["status", "answers", ""], answers),
  ].join("\n\n");
}

function parametersOf(operation: Operation, { components }: OpenApi): string[] {
  const rows = (operation.parameters ?? []).map((parameter) => {
    const named = components.parameters[parameter.$ref?.split("/").at(-1) ?? ""] ?? parameter;
    const { name = "", in: where = "", description = "", schema = {}, required } = named;
    const says = cell(description || (schema.description ?? ""));
    return [`\`${name}${required === true ? "" : "?"}\``, where, typeOf(schema, nameOf), says];
  });
  return rows.length === 0 ? [] : [tableOf(["parameter", "in", "", ""], rows)];
}

function bodyOf(schema: Schema | undefined): string[] {
  if (schema === undefined) return [];
  const name = nameOf(schema);
  const fields = fieldsTable(schema, nameOf);
  if (name !== undefined || fields === "") return [`Takes ${typeOf(schema, nameOf)}.`];
  return [fields];
}

function answerOf({ content }: Content): string {
  const forms = Object.entries(content ?? {}).map(([type, { schema = {} }]) =>
    schema.properties === undefined ? typeOf(schema, nameOf) : `\`${type}\``,
  );
  return [...new Set(forms)].join(" or ");
}

function shapeOf(name: string, schema: Schema): string {
  const says = schema.description === undefined ? [] : [schema.description];
  const fields = fieldsTable(schema, nameOf);
  return [`### ${name}`, ...says, fields === "" ? `${typeOf(schema, nameOf)}.` : fields].join(
    "\n\n",
  );
}

function asJson(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
