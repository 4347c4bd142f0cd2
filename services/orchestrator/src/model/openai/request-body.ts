import type { ModelMessage, ModelRequest, StructuredRequest } from "../language-model.ts";
import type { Body } from "./server-dialect.ts";

export interface BodySettings {
  model: string;
  tokensMax: number;
}

/** Always streamed: a server goes on working for a client that left unless it streams. */
export function streamBody(request: ModelRequest, { model, tokensMax }: BodySettings): Body {
  const { messages, tools, continuesMessage } = request;
  return {
    ...common(messages, model),
    max_tokens: tokensMax,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map((tool) => ({ type: "function", function: tool })),
          tool_choice: "auto",
        }),
    ...(continuesMessage === true
      ? { continue_final_message: true, add_generation_prompt: false }
      : {}),
  };
}

export function structuredBody(request: StructuredRequest, model: string): Body {
  const { messages, name, schema, tokensMax } = request;
  return {
    ...common(messages, model),
    max_tokens: tokensMax,
    temperature: 0,
    response_format: { type: "json_schema", json_schema: { name, schema, strict: true } },
  };
}

function common(messages: readonly ModelMessage[], model: string): object {
  return {
    model,
    messages: messages.map(toWire),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function toWire(message: ModelMessage): object {
  switch (message.role) {
    case "system":
    case "user":
      return message;
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "assistant": {
      const { content, toolCalls } = message;
      if (toolCalls === undefined || toolCalls.length === 0) return { role: "assistant", content };
      const calls = toolCalls.map(({ id, name, arguments: given }) => ({
        id,
        type: "function",
        function: { name, arguments: given },
      }));
      return { role: "assistant", content: content === "" ? null : content, tool_calls: calls };
    }
  }
}
