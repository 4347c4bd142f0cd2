import { deadlineSignal } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import { countTokens } from "./count-tokens.ts";
import { findDecisionRoute } from "./decide/decide.ts";
import { type ListedModel, listModels } from "./list-models.ts";
import { MODEL_DEFAULT, type ModelServer } from "./model-server.ts";
import { readAnswer } from "./read-answer.ts";
import { PLAIN_ASKING, streamBody } from "./request-body.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";
import { toldOfTools } from "./told-of-tools.ts";
import { tryAnswerForm } from "./try-answer-form.ts";
import { type Form, type Forms, tryForms, withRestored } from "./try-forms.ts";

/** What was found out about one thing, and what to do about it. */
export interface Probe {
  probe:
    | "server"
    | "key"
    | "model"
    | "window"
    | "chat"
    | "tools"
    | "template"
    | "form"
    | "decisions"
    | "continuing";
  /** `warn` costs a feature, `bad` keeps it from answering. */
  state: "good" | "warn" | "bad";
  detail: string;
  fix?: string;
}

export interface Examination {
  probes: Probe[];
  /** Whether the forms it takes are known: then they are not asked for again. */
  isComplete: boolean;
}

const LIST_DEADLINE_MS = 5_000;
/** For all of it; three times what a turn waits for a first token, where that is more. */
const DEADLINE_MS_MIN = 30_000;
const NAMED_MAX = 8;

/**
 * Finds out what a server is and takes, and keeps it as the server's
 * `knowledge`. Never throws: what could not be found out stays as it was.
 */
export async function examineServer(
  server: ModelServer,
  { before, signal: caller }: { before?: Examination | undefined; signal: AbortSignal },
): Promise<Examination> {
  let listed: ListedModel[] | undefined;
  try {
    listed = await listModels(
      server,
      AbortSignal.any([caller, AbortSignal.timeout(LIST_DEADLINE_MS)]),
    );
  } catch (error) {
    return { probes: [whyNoList(server, error)], isComplete: false };
  }
  const choice = chooseModel(server, listed);
  const probes = [reached(server), choice.probe];
  if (choice.model === undefined) return { probes, isComplete: false };
  const window = server.settings.window ?? windowOf(choice.model, listed);
  const isSame = server.knowledge.model === choice.model && server.knowledge.window === window;
  const served = listed?.map(({ id }) => id);
  const isVllm = listed?.some(({ isVllm: told }) => told) === true;
  const known = { model: choice.model, served, window, tellsRunning: isVllm };
  server.knowledge = { ...server.knowledge, ...known };
  probes.push(toldWindow(window));
  // A server without a list is none that was made to be asked: it is taken plainly.
  if (listed === undefined) return { probes, isComplete: false };
  const withinMs = Math.max(DEADLINE_MS_MIN, server.target.deadlines.firstTokenMs * 3);
  const signal = deadlineSignal(withinMs, caller);
  const formed = await examineForms(server, {
    model: choice.model,
    again: isSame && before?.isComplete === true,
    isVllm,
    signal,
  });
  return { probes: [...probes, ...formed], isComplete: formed[0]?.state === "good" };
}

function whyNoList({ settings }: ModelServer, error: unknown): Probe {
  const { code, details, message } = LiluxError.from(error);
  if (code === "llm_unavailable") {
    const silent = details?.["reason"] === "silent" ? " in time" : "";
    const fix = "Start it, or correct LILUX_LLM_URL.";
    return {
      probe: "server",
      state: "bad",
      detail: `nothing answers${silent} at ${settings.url}`,
      fix,
    };
  }
  return { probe: "key", state: "bad", detail: message, fix: "Set LILUX_LLM_API_KEY." };
}

function reached({ settings }: ModelServer): Probe {
  return { probe: "server", state: "good", detail: settings.url };
}

function chooseModel(
  { settings }: ModelServer,
  listed: readonly ListedModel[] | undefined,
): { model: string | undefined; probe: Probe } {
  const { model } = settings;
  const names = (listed ?? []).map(({ id }) => id);
  const bases = (listed ?? []).filter(({ parent }) => parent === undefined).map(({ id }) => id);
  const fix = "Set LILUX_LLM_MODEL to one of them.";
  if (model !== undefined) {
    const isListed = names.length === 0 || names.includes(model);
    if (isListed) return { model, probe: { probe: "model", state: "good", detail: model } };
    const detail = `\`${model}\` is not among those it serves: ${named(names)}`;
    return { model, probe: { probe: "model", state: "warn", detail, fix } };
  }
  const [only] = bases;
  if (bases.length === 1 && only !== undefined) {
    return {
      model: only,
      probe: { probe: "model", state: "good", detail: `${only}, its only one` },
    };
  }
  if (bases.length === 0) {
    const detail = `it does not say what it serves; \`${MODEL_DEFAULT}\` is asked for`;
    return {
      model: MODEL_DEFAULT,
      probe: { probe: "model", state: "warn", detail, fix: "Set LILUX_LLM_MODEL." },
    };
  }
  const detail = `LILUX_LLM_MODEL is not set, and it serves several: ${named(bases)}`;
  return { model: undefined, probe: { probe: "model", state: "bad", detail, fix } };
}

function named(names: readonly string[]): string {
  const more = names.length > NAMED_MAX ? `, and ${names.length - NAMED_MAX} more` : "";
  return names.slice(0, NAMED_MAX).join(", ") + more;
}

/** An adapter has its base's. */
function windowOf(model: string, listed: readonly ListedModel[] | undefined): number | undefined {
  const entry = listed?.find(({ id }) => id === model);
  const base = listed?.find(({ id }) => id === entry?.parent);
  return entry?.window ?? base?.window;
}

function toldWindow(window: number | undefined): Probe {
  if (window !== undefined) return { probe: "window", state: "good", detail: `${window} tokens` };
  const fix = "Set LILUX_LLM_WINDOW to the tokens it reads at once.";
  return { probe: "window", state: "warn", detail: "the server does not tell it", fix };
}

interface Examining {
  model: string;
  /** It was examined before, and is the same: only what it refused is tried again. */
  again: boolean;
  isVllm: boolean;
  signal: AbortSignal;
}

async function examineForms(server: ModelServer, examining: Examining): Promise<Probe[]> {
  const { model, again, isVllm, signal } = examining;
  try {
    const forms = again
      ? await withRestored(server, { ...examining, ...missing(server.knowledge) })
      : await tryForms(server, model, signal);
    if (forms === undefined) return [notTaken()];
    if (forms.tools) server.dialect.forget("tools");
    server.knowledge = { ...server.knowledge, ...forms };
    if (!again) await examineExtras(server, { model, isVllm, signal });
    return describeForms(server.knowledge);
  } catch (error) {
    return [whyNoAnswer(error)];
  }
}

function whyNoAnswer(error: unknown): Probe {
  const { message, details } = LiluxError.from(error);
  const isSilent = details?.["reason"] === "silent";
  const fix = isSilent
    ? "If it is only slow, set LILUX_LLM_FIRST_TOKEN_MS to more. Else look into the server's own log."
    : "Look into the server's own log.";
  const detail = isSilent ? "not one token came in time" : message;
  return { probe: "chat", state: "bad", detail, fix };
}

function notTaken(): Probe {
  const fix = "Look into the server's own log; a chat template may be missing.";
  return { probe: "chat", state: "bad", detail: "it refuses every form of a conversation", fix };
}

function missing(knowledge: ServerKnowledge): { forms: Forms; suspected: Form[] } {
  const { strictTools, lineAfterResult, toolRole, systemRole, tools } = knowledge;
  const forms = { strictTools, lineAfterResult, toolRole, systemRole, tools };
  const order = ["strictTools", "lineAfterResult", "toolRole", "systemRole", "tools"] as const;
  return { forms, suspected: order.filter((form) => !forms[form]) };
}

async function examineExtras(
  server: ModelServer,
  { model, isVllm, signal }: Omit<Examining, "again">,
): Promise<void> {
  const { settings } = server;
  const messages = [{ role: "user", content: "Count." }];
  const tokenizes =
    isVllm && (await countTokens(server, { model, messages }, signal)) !== undefined;
  const continuesMessage =
    settings.continuesMessage ?? (isVllm && (await continues(server, model, signal)));
  const form = await tryAnswerForm(server, model, signal);
  const route = await findDecisionRoute(server, model, signal);
  const decisions = { route, tokens: true, isVllm };
  server.knowledge = { ...server.knowledge, tokenizes, continuesMessage, ...form, decisions };
  const tellsTools = !server.knowledge.tools || (await toldOfTools(server, model, signal));
  server.knowledge = { ...server.knowledge, tellsTools };
}

/** Only of a server that has the route: others take the field and do nothing with it. */
async function continues(
  { target, dialect }: ModelServer,
  model: string,
  caller: AbortSignal,
): Promise<boolean> {
  const body = streamBody({
    ...PLAIN_ASKING,
    model,
    messages: [
      { role: "user", content: "Count to four." },
      { role: "assistant", content: "One, two," },
    ],
    continuesMessage: true,
  });
  try {
    for await (const _ of readAnswer({ target, body: dialect.spell(body), caller })) break;
    return true;
  } catch (error) {
    return LiluxError.from(error).code === "llm_incomplete";
  }
}

function describeForms(knowledge: ServerKnowledge): Probe[] {
  const { systemRole, toolRole, lineAfterResult, continuesMessage } = knowledge;
  const told = [
    ...(systemRole ? [] : ["the system message begins the first line"]),
    ...(toolRole ? [] : ["calls and results are told as text"]),
    ...(toolRole && !lineAfterResult ? ["turns are made to alternate"] : []),
  ];
  return [
    { probe: "chat", state: "good", detail: "it answers" },
    describeTools(knowledge),
    {
      probe: "template",
      state: "good",
      detail: told.length === 0 ? "takes every role" : told.join("; "),
    },
    describeForm(knowledge),
    describeDecisions(knowledge),
    {
      probe: "continuing",
      state: "good",
      detail: continuesMessage ? "the server goes on with a message" : "asked for in words",
    },
  ];
}

function describeTools({ tools, tellsTools, strictTools }: ServerKnowledge): Probe {
  if (!tools) {
    return {
      probe: "tools",
      state: "warn",
      detail: "it takes none, so the model converses and cannot act",
      fix: "vLLM: start it with --enable-auto-tool-choice and --tool-call-parser for the model. Others: choose a model that calls tools.",
    };
  }
  if (!tellsTools) {
    return {
      probe: "tools",
      state: "warn",
      detail:
        "it takes them, but its chat template leaves them out: the model never hears of them and cannot act",
      fix: "Give it a chat template with tools (vLLM: --chat-template; llama.cpp: --chat-template-file), or choose a model that has one.",
    };
  }
  const detail = strictTools ? "taken, and held to their schemas" : "taken";
  return { probe: "tools", state: "good", detail };
}

function describeDecisions({ decisions: { route } }: ServerKnowledge): Probe {
  const detail = route === undefined ? "by one token, or in words" : `asked at /v1/${route}`;
  return { probe: "decisions", state: "good", detail };
}

function describeForm({ forms }: ServerKnowledge): Probe {
  if (forms) return { probe: "form", state: "good", detail: "it answers in a form it is given" };
  const detail = "it holds answers to no form; doubtful calls may be decided more slowly";
  return { probe: "form", state: "warn", detail, fix: "Choose a server with `response_format`." };
}
