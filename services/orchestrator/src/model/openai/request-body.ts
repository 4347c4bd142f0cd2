import type { ToolChoice } from "@lilux/protocol";
import type { StructuredRequest, ToolDefinition } from "../language-model.ts";
import type { Body } from "./server-dialect.ts";

/** An answer to ask for, in a server's own forms. */
export interface Asking {
  model: string;
  /** As they go over the wire. */
  messages: readonly object[];
  tools: readonly ToolDefinition[];
  strictTools: boolean;
  /** `none`: they are told and not to be called. */
  toolChoice: ToolChoice;
  tokensMax: number;
  continuesMessage: boolean;
  /** What it cost so far is to come with each piece. */
  tellsRunning: boolean;
  /** Fields for this server alone. */
  own?: object;
  /** Fields as its caller's caller gave them. */
  passedOn?: Readonly<Record<string, unknown>> | undefined;
}

/** The least there is to ask. */
export const PLAIN_ASKING = {
  tools: [],
  strictTools: false,
  toolChoice: "auto",
  tokensMax: 1,
  continuesMessage: false,
  tellsRunning: false,
} as const satisfies Partial<Asking>;

/** Always streamed: a server goes on working for a client that left unless it streams. */
export function streamBody(asking: Asking): Body {
  return {
    ...asking.passedOn,
    ...common(asking),
    ...toolsOf(asking),
    ...(asking.continuesMessage
      ? { continue_final_message: true, add_generation_prompt: false }
      : {}),
  };
}

export function structuredBody(
  asking: Asking,
  { name, schema }: Pick<StructuredRequest, "name" | "schema">,
): Body {
  return {
    ...common(asking),
    ...toolsOf(asking),
    temperature: 0,
    response_format: { type: "json_schema", json_schema: { name, schema, strict: true } },
  };
}

export function toolsOf({
  tools,
  strictTools,
  toolChoice,
}: Pick<Asking, "tools" | "strictTools" | "toolChoice">): object {
  if (tools.length === 0) return {};
  const wire = tools.map(({ isCallers = false, ...tool }) => {
    // Of a caller's schemas nobody knows whether a server can hold a model to them.
    const strict = strictTools && !isCallers ? { strict: true } : {};
    return { type: "function", function: { ...tool, ...strict } };
  });
  return { tools: wire, tool_choice: wireChoice(toolChoice) };
}

function wireChoice(choice: ToolChoice): unknown {
  return typeof choice === "string" ? choice : { type: "function", function: choice };
}

function common({ model, messages, tokensMax, tellsRunning, own }: Asking): object {
  const running = tellsRunning ? { continuous_usage_stats: true } : {};
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true, ...running },
    max_tokens: tokensMax,
    ...own,
  };
}
