import { describeCall } from "@lilux/core/calls";
import { type DatasetRow, DEFAULT_THRESHOLDS, type Prediction } from "@lilux/protocol";
import { toolsOf } from "../model/openai/request-body.ts";
import { tellMessages } from "../model/openai/tell-messages.ts";
import { PRIMITIVE_TOOLS } from "../model/tool-definitions.ts";
import { startConversation } from "./conversation.ts";

/** The conversation of a kept turn, in the form that trainers take, up to the model's first answer. */
export interface FirstAnswer {
  messages: object[];
  tools: object[];
}

/** A server that takes everything is told it the usual way. */
const ALL_FORMS = { systemRole: true, toolRole: true, lineAfterResult: true };

/**
 * What a language model was told of a kept turn and what it should have answered first: the very
 * messages of this service, with the router's view at the end of the person's line. Later rounds are
 * not in it, since results are not kept. Undefined for a row that says only what was not meant.
 */
export function renderFirstAnswer(
  { line, turn, call, right }: DatasetRow,
  librarySummary = "",
): FirstAnswer | undefined {
  if (!right || turn === undefined) return undefined;
  const thresholds = turn.thresholds ?? DEFAULT_THRESHOLDS;
  const prediction = predictionOf(turn.router);
  const leader = prediction?.candidates[0];
  const conversation = startConversation({
    history: turn.past.map(({ text, response, calls }) => ({
      text,
      response,
      calls: calls.map(describeCall),
    })),
    librarySummary,
    router: { text: line, prediction, leader, thresholds },
  });
  const answer =
    call === null
      ? { role: "assistant", content: turn.response }
      : { role: "assistant", content: null, tool_calls: [wireCall(call.name, call.arguments)] };
  const { tools } = toolsOf({
    tools: PRIMITIVE_TOOLS,
    strictTools: false,
    toolChoice: "auto",
  }) as { tools: object[] };
  return { messages: [...tellMessages(conversation.messages, ALL_FORMS), answer], tools };
}

function wireCall(name: string, given: object): object {
  return { id: "call_1", type: "function", function: { name, arguments: JSON.stringify(given) } };
}

function predictionOf(router: NonNullable<DatasetRow["turn"]>["router"]): Prediction | undefined {
  if (router === null) return undefined;
  const candidates = router.candidates.map((candidate) => ({
    ...candidate,
    effect: "read" as const,
  }));
  const sure = candidates.reduce((sum, { confidence }) => sum + confidence, 0);
  const noCallConfidence = Math.max(0, 1 - sure);
  return {
    predictionId: "",
    seq: 0,
    context: router.context,
    candidates,
    noCallConfidence,
    routeMs: 0,
  };
}
