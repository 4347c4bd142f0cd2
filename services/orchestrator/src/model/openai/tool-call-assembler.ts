import { LiluxError } from "@lilux/protocol";
import type { ModelToolCall } from "../language-model.ts";
import { newCallId } from "../new-call-id.ts";

/** A fragment of a tool call as a chunk carries it; what is absent is empty. */
export interface ToolCallDelta {
  index: number | undefined;
  id: string;
  name: string;
  arguments: string;
}

type Call = ToolCallDelta;

const CALLS_MAX = 16;
const ARGUMENTS_CHARACTERS_MAX = 64 * 1024;

/**
 * Puts tool calls together from their fragments. Servers agree on little: an
 * index may be absent, or the same for all calls; an id may come once, in each
 * fragment, or be another in each; the name may be repeated; calls may be
 * interleaved, or come whole. So a fragment belongs to the call of its id, else
 * to the newest of its index, and begins one of its own only where it cannot
 * belong to that.
 */
export function createToolCallAssembler() {
  const calls: Call[] = [];

  /** The call a fragment goes on with, if there is one. */
  function callOf(delta: ToolCallDelta): Call | undefined {
    const { id, index } = delta;
    const sameIndex = (call: Call): boolean =>
      index === undefined || call.index === undefined || call.index === index;
    const known =
      id === "" ? undefined : calls.findLast((call) => call.id === id && sameIndex(call));
    const open = known ?? calls.findLast(sameIndex);
    return open === undefined || begins(delta, open, known !== undefined) ? undefined : open;
  }

  return {
    add(delta: ToolCallDelta): void {
      const call = callOf(delta);
      if (call === undefined) calls.push({ ...delta });
      else join(call, delta);
      const size = (call ?? delta).arguments.length;
      if (calls.length > CALLS_MAX || size > ARGUMENTS_CHARACTERS_MAX) {
        throw new LiluxError("llm_rejected", {
          message: "The language model proposed more than a turn may hold.",
        });
      }
    },
    finished(): ModelToolCall[] {
      const taken = new Set<string>();
      return calls.map(({ id, name, arguments: given }) => {
        // Answers are matched by id, so two calls never share one.
        const unique = id === "" || taken.has(id) ? newCallId() : id;
        taken.add(unique);
        return { id: unique, name, arguments: given };
      });
    },
  };
}

/** Whether a fragment begins a call of its own, beside the one it would go on with. */
function begins(delta: ToolCallDelta, open: Call, isKnown: boolean): boolean {
  // Arguments alone go on, also from a server whose id is another in each fragment.
  if (delta.name === "") return false;
  const isOther = delta.name !== open.name;
  const isOver = isWhole(open.arguments);
  const isNext = isOver && delta.arguments !== "" && !isRepeat(delta, open);
  if (isKnown) return isNext || (isOver && isOther);
  if (delta.id !== "" && open.id !== "") {
    return isOther || isNext || open.arguments === "" || delta.arguments.startsWith("{");
  }
  // Without ids, a name may come in pieces before its arguments do, where there is an index.
  const isPiece = isOther && delta.index !== undefined && open.arguments === "";
  return isNext || (isOther && !isPiece);
}

/** With the name again may come all that was sent before, or the whole call once more. */
function isRepeat(delta: ToolCallDelta, call: Call): boolean {
  const { name, arguments: given } = call;
  return delta.name === name && given !== "" && delta.arguments.startsWith(given);
}

function join(call: Call, delta: ToolCallDelta): void {
  call.arguments = isRepeat(delta, call) ? delta.arguments : call.arguments + delta.arguments;
  call.id ||= delta.id;
  call.index ??= delta.index;
  if (delta.name.startsWith(call.name)) call.name = delta.name;
  else if (call.arguments === delta.arguments) call.name += delta.name;
}

function isWhole(given: string): boolean {
  if (!/[}"]\s*$/.test(given)) return false;
  try {
    JSON.parse(given);
    return true;
  } catch {
    return false;
  }
}
