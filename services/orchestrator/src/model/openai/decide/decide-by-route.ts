import type { Decided, DecideRequest } from "../../language-model.ts";
import { isObject } from "../json-value.ts";
import type { ModelServer } from "../model-server.ts";
import { askRoute } from "./ask-route.ts";
import { type Found, readProbabilities } from "./read-probabilities.ts";
import { tellSpending } from "./tell-spending.ts";

/** Addresses made for questions with a probability as answer. */
export type DecisionRoute = "decisions" | "systemone";

/** Newest first: where both are, the first is taken. */
export const DECISION_ROUTES: readonly DecisionRoute[] = ["decisions", "systemone"];

export interface RouteAsk {
  route: DecisionRoute;
  model: string;
  request: DecideRequest;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** One question over the options. Undefined when the answer is none; throws when there is none. */
export async function decideByRoute(
  server: Pick<ModelServer, "settings" | "target">,
  { route, model, request, headers, signal }: RouteAsk,
): Promise<Decided | undefined> {
  const body = route === "decisions" ? openAiBody(model, request) : systemOneBody(model, request);
  const answer = await askRoute(server, { path: route, body, headers, signal });
  tellSpending(answer, request);
  const found = route === "decisions" ? openAiAnswer(answer) : systemOneAnswer(answer);
  const probabilities = readProbabilities(found, request.options);
  return probabilities && { probabilities, form: route, model };
}

function openAiBody(model: string, { earlier, line, instructions, options }: DecideRequest) {
  const input = [...earlier, line].map((content) => ({ role: "user", content }));
  const choices = options.map(({ value, description }) => ({ value, description }));
  return { model, input, questions: [{ type: "choice", name: "call", instructions, choices }] };
}

function systemOneBody(model: string, { earlier, line, instructions, options }: DecideRequest) {
  const criteria = Object.fromEntries(
    options.map(({ value, description }) => [value, description]),
  );
  return {
    model,
    state: { earlier, line },
    questions: { call: { type: "choice", instructions, criteria } },
  };
}

/** `answers: [{type: choice, probabilities: [{value, probability}]}]`; a refusal has none. */
function openAiAnswer(answer: unknown): Found | undefined {
  const [first] = listIn(answer, "answers");
  const probabilities = listIn(first, "probabilities").flatMap((each): [string, unknown][] => {
    return isObject(each) ? [[String(each["value"]), each["probability"]]] : [];
  });
  return { probabilities: new Map(probabilities), mass: massIn(first) };
}

/** `answers: {call: {probabilities: {a: 0.7, …}, label_mass}}`. */
function systemOneAnswer(answer: unknown): Found | undefined {
  const answers = isObject(answer) && isObject(answer["answers"]) ? answer["answers"] : {};
  const call = answers["call"];
  const given = isObject(call) && isObject(call["probabilities"]) ? call["probabilities"] : {};
  return { probabilities: new Map(Object.entries(given)), mass: massIn(call) };
}

function massIn(answer: unknown): number | undefined {
  const mass = isObject(answer) ? answer["label_mass"] : undefined;
  return typeof mass === "number" ? mass : undefined;
}

function listIn(value: unknown, field: string): unknown[] {
  const list = isObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? list : [];
}
