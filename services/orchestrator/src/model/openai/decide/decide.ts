import { deadlineSignal } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { Decided, DecideRequest } from "../../language-model.ts";
import { letteredQuestion } from "../../lettered-question.ts";
import type { ModelServer } from "../model-server.ts";
import { toolsOf } from "../request-body.ts";
import type { DecisionKnowledge } from "../server-knowledge.ts";
import { tellMessages } from "../tell-messages.ts";
import { DECISION_ROUTES, type DecisionRoute, decideByRoute } from "./decide-by-route.ts";
import { decideByToken } from "./decide-by-token.ts";

export interface Deciding {
  model: string;
  request: DecideRequest;
  headers: Readonly<Record<string, string>>;
  /** Fields for this server alone. */
  own: object;
  signal: AbortSignal;
}

/**
 * The cheapest way in which this server tells how probable each option is: an address made for it,
 * else one token with its alternatives. Undefined when it has neither. What it refuses is not tried
 * again until it is examined anew.
 */
export async function decide(
  server: ModelServer,
  { model, request, headers, own, signal: caller }: Deciding,
): Promise<Decided | undefined> {
  const signal = deadlineSignal(
    request.firstTokenMs ?? server.target.deadlines.firstTokenMs,
    caller,
  );
  const { route, tokens, isVllm } = server.knowledge.decisions;
  if (route !== undefined) {
    const decided = await tried(server, { route: undefined }, () =>
      decideByRoute(server, { route, model, request, headers, signal }),
    );
    if (decided !== undefined) return decided;
  }
  if (!tokens) return undefined;
  const { knowledge } = server;
  const question = { role: "user", content: letteredQuestion(request), isNote: true } as const;
  const messages = tellMessages([...request.messages, question], knowledge);
  const tools = toolsOf({
    tools: knowledge.tools ? (request.tools ?? []) : [],
    strictTools: knowledge.strictTools,
    toolChoice: "none",
  });
  return tried(server, { tokens: false }, () =>
    decideByToken(server, {
      model,
      messages,
      request,
      more: { ...tools, ...own },
      isVllm,
      headers,
      signal,
    }),
  );
}

async function tried(
  server: ModelServer,
  without: Partial<DecisionKnowledge>,
  way: () => Promise<Decided | undefined>,
): Promise<Decided | undefined> {
  try {
    return await way();
  } catch (error) {
    const { code, details } = LiluxError.from(error);
    // What is too long is asked in another way, in which it is cut to fit.
    if (code === "llm_context_full") return undefined;
    const isWithout = code === "llm_rejected" || details?.["httpStatus"] === 501;
    if (!isWithout) throw error;
    const { knowledge } = server;
    server.knowledge = { ...knowledge, decisions: { ...knowledge.decisions, ...without } };
    return undefined;
  }
}

const SAMPLE: DecideRequest = {
  messages: [],
  earlier: [],
  line: "find the notes about mail",
  instructions: "Which of these does the person want?",
  options: [
    { value: "a", description: "search for notes about mail" },
    { value: "none", description: "none of these" },
  ],
};

/** The address that answers a question; undefined when none does. Never throws. */
export async function findDecisionRoute(
  server: ModelServer,
  model: string,
  signal: AbortSignal,
): Promise<DecisionRoute | undefined> {
  for (const route of DECISION_ROUTES) {
    const asked = { route, model, request: SAMPLE, headers: {}, signal };
    const decided = await decideByRoute(server, asked).catch(() => undefined);
    if (decided !== undefined) return route;
  }
  return undefined;
}
