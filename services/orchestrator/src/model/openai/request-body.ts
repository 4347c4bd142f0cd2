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
  toolChoice: "auto" | "none";
  tokensMax: number;
  continuesMessage: boolean;
}

/** Always streamed: a server goes on working for a client that left unless it streams. */
export function streamBody(asking: Asking): Body {
  return {
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
  const strict = strictTools ? { strict: true } : {};
  const wire = tools.map((tool) => ({ type: "function", function: { ...tool, ...strict } }));
  return { tools: wire, tool_choice: toolChoice };
}

function common({ model, messages, tokensMax }: Asking): object {
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: tokensMax,
  };
}
