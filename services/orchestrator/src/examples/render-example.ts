import type { Example } from "@lilux/protocol";
import type { ModelToolCall } from "../model/language-model.ts";
import { letteredQuestion, letterOf } from "../model/lettered-question.ts";
import { toolsOf } from "../model/openai/request-body.ts";
import { type MessageForms, tellMessages } from "../model/openai/tell-messages.ts";
import { wireArguments } from "../model/openai/wire-arguments.ts";
import { playExample } from "./play-example.ts";
import type { AskedRound } from "./replay-model.ts";
import { withStableIds } from "./with-stable-ids.ts";

/** One answer to learn: what a server is sent for it, and what it is to answer. */
export interface RenderedRound {
  id: string;
  round: number;
  /** A continuation goes on with the last message; a decision is one letter. */
  kind: "answer" | "continuation" | "decision";
  messages: object[];
  tools: object[];
  completion: { role: "assistant"; content: string | null; tool_calls?: object[] };
}

/** Templates that know of calls, results, a system message and a line after a result. */
export const ALL_FORMS: MessageForms = { systemRole: true, toolRole: true, lineAfterResult: true };

/**
 * An example as the messages that a model server is sent for it, one entry per answer. Words that
 * were cut off are none: whoever learnt them would stop in the middle, and guess before a result.
 */
export async function renderExample(
  example: Example,
  forms: MessageForms = ALL_FORMS,
): Promise<RenderedRound[]> {
  const { asked } = await playExample(example);
  return asked.flatMap((round, at) => {
    if (round.kind !== "decision" && round.cut === true) return [];
    const rendered = { ...renderedRound(round, forms), id: example.id, round: at + 1 };
    return [withStableIds(rendered)];
  });
}

function renderedRound(
  round: AskedRound,
  forms: MessageForms,
): Omit<RenderedRound, "id" | "round"> {
  const { kind, request } = round;
  if (round.kind === "decision") {
    const question = {
      role: "user",
      content: letteredQuestion(round.request),
      isNote: true,
    } as const;
    return {
      kind,
      messages: tellMessages([...request.messages, question], forms),
      tools: wireTools(request.tools),
      completion: { role: "assistant", content: letterOf(round.option) },
    };
  }
  return {
    kind,
    messages: tellMessages(request.messages, forms),
    tools: wireTools(request.tools),
    completion: completionOf(round, forms),
  };
}

function wireTools(tools: AskedRound["request"]["tools"]): object[] {
  const told = toolsOf({ tools: tools ?? [], strictTools: false, toolChoice: "auto" });
  return "tools" in told && Array.isArray(told.tools) ? told.tools : [];
}

function completionOf(
  { text, calls }: { text: string; calls: readonly ModelToolCall[] },
  forms: MessageForms,
): RenderedRound["completion"] {
  if (calls.length === 0) return { role: "assistant", content: text };
  if (!forms.toolRole) {
    const called = calls.map(({ name, arguments: given }) => `(I called ${name} with ${given}.)`);
    return {
      role: "assistant",
      content: [text, ...called].filter((part) => part !== "").join("\n"),
    };
  }
  return {
    role: "assistant",
    content: text === "" ? null : text,
    tool_calls: calls.map(({ id, name, arguments: given }) => ({
      id,
      type: "function",
      function: { name, arguments: wireArguments(given) },
    })),
  };
}
