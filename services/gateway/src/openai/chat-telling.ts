import { describeCall } from "@lilux/core/calls";
import {
  type ConfirmRequest,
  LiluxError,
  type ServerFrame,
  type TurnEnd,
  type TurnPath,
  type Usage,
  type WrittenCall,
} from "@lilux/protocol";
import { type ExecutedTool, executedTool, outputOf } from "./executed-tools.ts";
import type { AskedChat } from "./read-chat.ts";

/** What an answer grows by. */
export interface ChatDelta {
  content?: string;
  executed_tools?: ExecutedTool[];
  tool_calls?: readonly object[];
}

export interface ChatEnd {
  finish: "stop" | "length" | "tool_calls" | "content_filter";
  executed: readonly ExecutedTool[];
  path: TurnPath | undefined;
  usage: Usage | undefined;
}

/** A turn's events as an answer of OpenAI's API. */
export interface ChatTelling {
  /** What the client is told of this event. Throws what ended the turn otherwise than by an answer. */
  take(frame: ServerFrame): ChatDelta[];
  /** Undefined until the turn has ended. */
  end(): ChatEnd | undefined;
}

export function createChatTelling({
  isJson,
  callsOne,
}: Pick<AskedChat, "isJson" | "callsOne">): ChatTelling {
  const executed: ExecutedTool[] = [];
  const questions: ConfirmRequest[] = [];
  let text = "";
  let path: TurnPath | undefined;
  let end: ChatEnd | undefined;

  function say(content: string): ChatDelta[] {
    text += content;
    return content === "" ? [] : [{ content }];
  }

  function takeEnd(event: TurnEnd): ChatDelta[] {
    const finish = finishOf(event);
    if (isJson && finish === "stop") assertJson(text, questions);
    const asked = questions.length === 0 ? [] : say(separated(text, questionText(questions)));
    const { callerCalls = [], usage } = event;
    const calls = callsOne ? callerCalls.slice(0, 1) : callerCalls;
    end = { finish, executed, path, usage };
    return [...asked, ...(calls.length === 0 ? [] : [{ tool_calls: calls.map(toolCall) }])];
  }

  return {
    end: () => end,
    take(frame) {
      switch (frame.type) {
        case "turn-start":
          path = frame.path;
          return [];
        case "text-delta":
          return say(frame.text);
        case "call-start": {
          const begun = executedTool(executed.length, frame);
          executed.push(begun);
          return [{ executed_tools: [{ ...begun }] }];
        }
        case "call-end": {
          const ended = executed.find(({ id }) => id === frame.callId);
          if (ended === undefined) return [];
          ended.output = outputOf(frame);
          return [{ executed_tools: [{ ...ended }] }];
        }
        case "confirm-request":
          // What somebody else is asked about has no yes of the caller's: it is waited for.
          if (frame.confirmation !== undefined) questions.push(frame);
          else if (!isJson) return say(separated(text, waitingText(frame)));
          return [];
        case "turn-end":
          return takeEnd(frame);
        case "error":
          throw LiluxError.fromBody(frame);
        case "approval-request":
        case "approval-settled":
        case "budget-notice":
        case "call-progress":
        case "context-warmed":
        case "plan-update":
        case "prediction":
        case "session-start":
        case "thought-delta":
        case "turn-accepted":
          return [];
      }
    },
  };
}

/** Throws the failure of a turn that gave no answer. */
function finishOf({ outcome, error, callerCalls, isCut }: TurnEnd): ChatEnd["finish"] {
  if (outcome === "completed") {
    if (callerCalls !== undefined) return "tool_calls";
    return isCut === true ? "length" : "stop";
  }
  const reason = error?.code === "llm_incomplete" ? error.details?.["reason"] : undefined;
  if (reason === "length" || reason === "content_filter") return reason;
  throw error === undefined ? new LiluxError("cancelled") : LiluxError.fromBody(error);
}

function toolCall({ id, name, arguments: given }: WrittenCall, index: number): object {
  return { index, id, type: "function", function: { name, arguments: given } };
}

/** What was promised to be JSON is, or is no answer. */
function assertJson(text: string, questions: readonly ConfirmRequest[]): void {
  if (questions.length > 0) {
    throw new LiluxError("confirm_required", { message: questionText(questions) });
  }
  try {
    JSON.parse(text);
  } catch (cause) {
    const message =
      "response_format asks for JSON, and the language model wrote something else. Ask again, or take a model that holds to formats.";
    throw new LiluxError("llm_rejected", { message, cause });
  }
}

function questionText(questions: readonly ConfirmRequest[]): string {
  return questions
    .map(({ callId, call, reason }) => {
      const what = `${describeCall(call)} did not run: it waits for a person's yes. ${reason}`;
      return `${what}\nTo say yes, answer with exactly: yes ${callId}`;
    })
    .join("\n\n");
}

function waitingText({ call }: ConfirmRequest): string {
  return `${describeCall(call)} waits for the yes of somebody else of the tenant.\n\n`;
}

function separated(before: string, after: string): string {
  return before.trim() === "" ? after : `\n\n${after}`;
}
