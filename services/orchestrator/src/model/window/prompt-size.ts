import type { ModelMessage, ToolDefinition } from "../language-model.ts";
import { estimateTokens } from "./estimate-tokens.ts";

/** What a model reads before it answers. */
export interface Prompt {
  messages: readonly ModelMessage[];
  tools: readonly ToolDefinition[];
}

/** Marks of a template around a message. */
const MESSAGE_TOKENS = 8;

export function promptTokens({ messages, tools }: Prompt): number {
  return toolTokens(tools) + messages.reduce((sum, message) => sum + messageTokens(message), 0);
}

export function toolTokens(tools: readonly ToolDefinition[]): number {
  return tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools));
}

export function messageTokens(message: ModelMessage): number {
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  const called = calls.length === 0 ? 0 : estimateTokens(JSON.stringify(calls));
  return MESSAGE_TOKENS + estimateTokens(message.content) + called;
}
