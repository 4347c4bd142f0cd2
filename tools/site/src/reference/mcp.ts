import { APPROVAL_TOOLS, DEFAULT_MCP_LIMITS, HELP_TOPICS, ITEM_TEMPLATES, TOOLS } from "@lilux/mcp";
import { fieldsTable, type Schema } from "./schema-fields.ts";
import { cell, tableOf } from "./table-of.ts";

const HEAD = `# MCP, every tool

What [Lilux over MCP](../mcp.md) offers, made from the definitions that a host is shown. How to connect, what is
confirmed and what is not trusted is told there.
`;

const PROMPTS = `## Prompts

Every directive of the library is one, by its bare id where no other directive has it, with its inputs as arguments. Taking
one runs it, and answers its steps.
`;

/** Tools, prompts and resources, from the very definitions that hosts are shown. */
export function mcpPage(): string {
  const tools = [...TOOLS, ...APPROVAL_TOOLS].map(
    ({ name, title = name, description = "", inputSchema, outputSchema, annotations }) =>
      [
        `### ${name}`,
        `**${title}.** ${description}`,
        `Hints: ${hintsOf(annotations ?? {})}.`,
        "Takes:",
        fieldsTable(inputSchema as Schema, nameless) || "nothing",
        "Answers:",
        fieldsTable((outputSchema ?? {}) as Schema, nameless) || "text",
      ].join("\n\n"),
  );
  const templates = ITEM_TEMPLATES.map(({ uriTemplate, description = "" }) => [
    `\`${uriTemplate}\``,
    cell(description),
  ]);
  return `${HEAD}
## Tools

${tools.join("\n\n")}

Topics of \`help\`: ${HELP_TOPICS.map((topic) => `\`${topic}\``).join(" ")}.

${PROMPTS}
## Resources

${tableOf(["address", ""], templates)}
## Bounds

${tableOf(["", "at most"], boundsOf())}`;
}

function hintsOf(annotations: object): string {
  const hints = Object.entries(annotations).filter(([key]) => key.endsWith("Hint"));
  return hints
    .map(([key, holds]) => `${holds === true ? "" : "not "}${WORDS[key] ?? key}`)
    .join(", ");
}

const WORDS: Readonly<Record<string, string>> = {
  readOnlyHint: "read-only",
  destructiveHint: "destructive",
  idempotentHint: "idempotent",
  openWorldHint: "open world",
};

function boundsOf(): string[][] {
  const { sessionsMax, sessionsPerTenantMax, sessionIdleMs, callsInFlightMax, subscriptionsMax } =
    DEFAULT_MCP_LIMITS;
  return [
    ["sessions of a gateway", sessionsMax.toLocaleString("en")],
    ["sessions of a tenant", sessionsPerTenantMax.toLocaleString("en")],
    ["a session without an open exchange", `${sessionIdleMs / 60_000} minutes`],
    ["tool calls of a tenant in work at once", String(callsInFlightMax)],
    ["streams of a tenant that wait for changes", String(subscriptionsMax)],
  ];
}

function nameless(): undefined {
  return undefined;
}
