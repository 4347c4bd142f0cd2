import type { ChatTurn, ToolChoice } from "@lilux/protocol";
import type { ModelToolCall, ToolDefinition } from "../model/language-model.ts";

/** The tools of a turn's caller beside ours, and which of a model's calls are whose. */
export interface CallerTools {
  readonly choice: ToolChoice;
  /** What a model is offered: ours, under names that no tool of the caller has, and the caller's. */
  beside(own: readonly ToolDefinition[]): readonly ToolDefinition[];
  isCallers(call: ModelToolCall): boolean;
  /** A call of ours, under its own name. */
  own(call: ModelToolCall): ModelToolCall;
}

/** Before a name of ours that a tool of the caller has, too. */
export const OWN_PREFIX = "lilux_";

export function callerToolsOf(chat: ChatTurn | undefined): CallerTools {
  const tools = chat?.tools ?? [];
  const choice = chat?.toolChoice ?? "auto";
  const taken = new Set(tools.map(({ name }) => name));
  const renamed = (tool: ToolDefinition): ToolDefinition =>
    taken.has(tool.name) ? { ...tool, name: OWN_PREFIX + tool.name } : tool;
  const callers = tools.map((tool): ToolDefinition => ({ ...tool, isCallers: true }));
  return {
    choice,
    beside(own) {
      // One of the caller's is to be called, and no other can be.
      if (typeof choice === "object") return callers.filter(({ name }) => name === choice.name);
      return choice === "required" ? callers : [...own.map(renamed), ...callers];
    },
    isCallers: ({ name }) => taken.has(name),
    own(call) {
      const name = call.name.startsWith(OWN_PREFIX)
        ? call.name.slice(OWN_PREFIX.length)
        : call.name;
      return taken.has(name) ? { ...call, name } : call;
    },
  };
}
