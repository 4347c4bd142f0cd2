import { cell, tableOf } from "./table-of.ts";

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: {
    name?: string;
    in?: string;
    description?: string;
    required?: boolean;
    $ref?: string;
  }[];
  requestBody?: { content?: Record<string, { example?: unknown }> };
  responses?: Record<string, { description?: string }>;
}

export interface OpenApi {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, unknown>;
    parameters: Record<string, { name: string; in: string; description: string }>;
  };
}

/** Every operation, from the description that a gateway gives. */
export function restPage(document: OpenApi): string {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map(({ name, description }) => {
    const own = all.filter(({ operation }) => operation.tags?.[0] === name);
    return `## ${name}\n\n${description}\n\n${own.map((one) => operationOf(one, document)).join("\n\n")}`;
  });
  return `# REST, every operation\n\nMade of [openapi.json](/openapi.json), which generators make clients of. What holds for all of them is in [REST](../rest.md).\n\n${groups.join("\n\n")}\n`;
}

function operationOf(
  { path, method, operation }: { path: string; method: string; operation: Operation },
  { components }: OpenApi,
): string {
  const parameters = (operation.parameters ?? []).map((parameter) => {
    const named = components.parameters[parameter.$ref?.split("/").at(-1) ?? ""] ?? parameter;
    return [`\`${named.name ?? ""}\``, named.in ?? "", cell(named.description ?? "")];
  });
  const responses = Object.entries(operation.responses ?? {}).map(([status, { description }]) => [
    status,
    cell(description ?? ""),
  ]);
  const example = operation.requestBody?.content?.["application/json"]?.example;
  return [
    `### ${method.toUpperCase()} \`${path}\``,
    `\`${operation.operationId ?? ""}\`. ${operation.description ?? operation.summary ?? ""}`,
    ...(parameters.length === 0 ? [] : [tableOf(["parameter", "in", ""], parameters)]),
    ...(example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``]),
    tableOf(["status", ""], responses),
  ].join("\n\n");
}
