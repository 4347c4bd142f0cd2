import { LiluxError } from "@lilux/protocol";
import type { ModelMessage } from "../language-model.ts";
import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";
import { refusalOf } from "./ask-server.ts";
import type { ModelServer } from "./model-server.ts";
import { readAnswer } from "./read-answer.ts";
import { type Asking, PLAIN_ASKING, streamBody } from "./request-body.ts";
import type { Body } from "./server-dialect.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";
import { tellMessages } from "./tell-messages.ts";
import { NO_TOOLS } from "./upstream-error.ts";

/** What a request may do without, in the order in which it is given up without a hint. */
const FORMS = ["strictTools", "lineAfterResult", "toolRole", "systemRole", "tools"] as const;
export type Form = (typeof FORMS)[number];
export type Forms = Pick<ServerKnowledge, Form>;

export const ALL_FORMS: Forms = {
  strictTools: true,
  lineAfterResult: true,
  toolRole: true,
  systemRole: true,
  tools: true,
};

const TRIES_MAX = 12;
/** Of a server whose turns may take longer, longer. */
const FIRST_TOKEN_MS_MIN = 10_000;

/** One of each: whoever takes this takes every conversation of ours. */
const CONVERSATION: readonly ModelMessage[] = [
  { role: "system", content: "Answer in one word." },
  { role: "user", content: "Is there a script for mail?" },
  {
    role: "assistant",
    content: "",
    toolCalls: [
      { id: "abcdef123", name: "search", arguments: '{"item_type":"script","query":"mail"}' },
    ],
  },
  { role: "tool", toolCallId: "abcdef123", content: '{"ok":true,"result":{"total":0}}' },
  { role: "user", content: "So?", isNote: true },
];

/**
 * The forms of a conversation that a server takes, found out with answers of one
 * token: everything at once first, then without what it refuses, then with each
 * thing again that was only suspected. The prompt it reads has our own tools in
 * it, so that grammars and the beginning of later prompts are warm. Undefined
 * when the server refuses whatever is left out, or does not answer.
 */
export async function tryForms(
  server: ModelServer,
  model: string,
  signal: AbortSignal,
): Promise<Forms | undefined> {
  const forms = { ...ALL_FORMS };
  const suspected: Form[] = [];
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const said = await refusalWith(server, { model, forms, signal });
    if (said === undefined) return withRestored(server, { model, forms, suspected, signal });
    const hinted = hintedForm(said, forms);
    const next = hinted ?? FORMS.find((form) => forms[form]);
    if (next === undefined) return undefined;
    forms[next] = false;
    if (hinted === undefined) suspected.push(next);
  }
  return undefined;
}

interface Trying {
  model: string;
  forms: Forms;
  signal: AbortSignal;
}

/** Tries again what was given up. */
export async function withRestored(
  server: ModelServer,
  { model, forms, suspected, signal }: Trying & { suspected: readonly Form[] },
): Promise<Forms> {
  let found = forms;
  for (const form of suspected.toReversed()) {
    const candidate = { ...found, [form]: true };
    const said = await refusalWith(server, { model, forms: candidate, signal });
    if (said === undefined) found = candidate;
  }
  return found;
}

/** Why the server refuses a conversation in these forms; undefined when it takes it. Throws when it does not say. */
async function refusalWith(
  server: ModelServer,
  { model, forms, signal }: Trying,
): Promise<string | undefined> {
  const asking: Asking = {
    ...PLAIN_ASKING,
    model,
    messages: tellMessages(CONVERSATION, forms),
    tools: forms.tools ? PRIMITIVE_TOOLS : [],
    strictTools: forms.strictTools,
  };
  return refusalTo(server, streamBody(asking), signal);
}

/** As above, of one request: each field but the tools is said otherwise or left out where that helps. */
export async function refusalTo(
  { target, dialect }: ModelServer,
  asked: Body,
  signal: AbortSignal,
): Promise<string | undefined> {
  const firstTokenMs = Math.max(FIRST_TOKEN_MS_MIN, target.deadlines.firstTokenMs);
  for (let lessons = 0; ; lessons += 1) {
    const { tools, tool_choice, ...plain } = asked;
    const spelt = dialect.spell(plain);
    const body = tools === undefined ? spelt : { ...spelt, tools, tool_choice };
    try {
      const answer = readAnswer({ target, body, caller: signal, firstTokenMs });
      for await (const _ of answer) break;
      return undefined;
    } catch (error) {
      // Cut off after one token, or without a word: it was taken.
      if (LiluxError.from(error).code === "llm_incomplete") return undefined;
      const refusal = refusalOf(error);
      if (refusal === undefined || !isAboutForm(error)) throw error;
      if (lessons > 4 || dialect.learn(refusal, spelt) === undefined) return refusal.said;
    }
  }
}

function isAboutForm(error: unknown): boolean {
  const { code, details } = LiluxError.from(error);
  const reason = details?.["reason"];
  const status = Number(details?.["httpStatus"]);
  if (code === "llm_unavailable") return status === 500;
  return code === "llm_rejected" && !["key", "credit", "model"].includes(String(reason));
}

function hintedForm(said: string, forms: Forms): Form | undefined {
  const hints: readonly [Form, RegExp][] = [
    ["tools", NO_TOOLS],
    ["strictTools", /strict|schema|additionalProperties/i],
    ["systemRole", /system (role|message|prompt).{0,30}not|(not|n't) support.{0,20}system/i],
  ];
  return hints.find(([form, words]) => forms[form] && words.test(said))?.[0];
}
