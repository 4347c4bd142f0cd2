import { LiluxError } from "@lilux/protocol";
import type { ModelToolCall } from "../language-model.ts";

/** A fragment of a tool call as a chunk carries it. */
export interface ToolCallDelta {
  index?: number | undefined;
  id?: string | null | undefined;
  function?: { name?: string | null | undefined; arguments?: unknown } | undefined;
}

const CALLS_MAX = 16;
const ARGUMENTS_CHARACTERS_MAX = 64 * 1024;

/**
 * Puts tool calls together from their fragments. Fragments of one call share
 * an index; servers that send whole calls may leave it out, and some send
 * arguments as an object.
 */
export function createToolCallAssembler() {
  const calls = new Map<number, ModelToolCall>();
  return {
    add(delta: ToolCallDelta): void {
      const index = delta.index ?? (delta.id ? calls.size : Math.max(0, calls.size - 1));
      const call = calls.get(index) ?? { id: "", name: "", arguments: "" };
      const next = {
        id: call.id || (delta.id ?? ""),
        name: call.name + (delta.function?.name ?? ""),
        arguments: call.arguments + textOf(delta.function?.arguments),
      };
      if (next.arguments.length > ARGUMENTS_CHARACTERS_MAX || index >= CALLS_MAX || index < 0) {
        throw new LiluxError("llm_rejected", {
          message: "The language model proposed more than a turn may hold.",
        });
      }
      calls.set(index, next);
    },
    finished(): ModelToolCall[] {
      return [...calls.entries()]
        .toSorted(([a], [b]) => a - b)
        .map(([index, call]) => ({ ...call, id: call.id || `call_${index}` }));
    },
  };
}

function textOf(given: unknown): string {
  if (given === undefined || given === null) return "";
  return typeof given === "string" ? given : JSON.stringify(given);
}
