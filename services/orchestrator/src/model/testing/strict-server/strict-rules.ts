import type { TemplateFamily, WireMessage } from "./chat-templates.ts";

/** What a strict server is started with. Tests may change any of it while it runs. */
export interface StrictRules {
  template: TemplateFamily;
  /** Tokens of prompt and answer together. */
  window: number;
  /** Started with `--enable-auto-tool-choice` and a parser. */
  parsesCalls: boolean;
  /** Takes `strict` in a tool's definition. */
  takesStrict: boolean;
  /** Takes `response_format`. */
  forms: boolean;
  /** Takes it beside tools. */
  toolsWithForm: boolean;
  /** Calls nothing when `tool_choice` is `none`. */
  obeysNone: boolean;
  /** Takes `continue_final_message`; without, it is refused as an unknown field. */
  continues: boolean;
  /** The addresses it has for questions with a probability as answer. */
  decisionRoutes: readonly ("decisions" | "systemone")[];
  /** Tells the alternatives to a token. */
  logprobs: boolean;
  /** What it gives each option of a question; what is missing to one is what it had no mind for. */
  weigh(options: readonly string[]): readonly number[];
  /** Has `/tokenize`. */
  tokenizes: boolean;
  /** Says that it is vLLM, and tells what an answer cost where that is asked for. */
  isVllm: boolean;
  /** Tells the window in `/v1/models`. */
  tellsWindow: boolean;
  /** Started with `--scheduling-policy priority`. */
  priorities: boolean;
  /** Tokens of a block of its prefix cache. */
  cacheBlock: number;
  /** Needed as a bearer token, when set. */
  key: string | undefined;
  /** Between two pieces of text, as a model takes for a token; at once when it is 0. */
  paceMs: number;
  models: readonly string[];
  /** Adapters by name, each with its base model. */
  adapters: Readonly<Record<string, string>>;
  /** What is wrong with it now. */
  fault: StrictFault | undefined;
  /** The whole answer to a conversation that ends with a line, a result or an order. */
  reply(asked: Asked): StrictReply;
}

export interface Asked {
  messages: readonly WireMessage[];
  tools: readonly unknown[];
}

export type StrictReply = { thoughts?: string } & (
  | { text: string }
  /** Arguments that are text go over the wire as they are, broken ones too. */
  | { calls: { name: string; arguments: object | string }[]; text?: string }
);

export type StrictFault =
  /** The whole process stopped: connections are taken, and nothing answers. */
  | { kind: "stopped" }
  /** Only the engine stopped: everything answers but answers themselves. */
  | { kind: "engine-stopped" }
  /** Headers come, then nothing. */
  | { kind: "silent" }
  /** Questions with a probability or a form as answer are not answered; conversations are. */
  | { kind: "undecided" }
  /** Everything comes, but not at once. */
  | { kind: "slow"; ms: number }
  /** After so many characters of text. */
  | { kind: "lost"; afterCharacters: number; how: "hang" | "kill" }
  /** `times`: so many requests of people; none that only tries the server out. */
  | { kind: "refusing"; status: number; retryAfterSeconds?: number; times?: number };

export const STRICT_RULES: StrictRules = {
  template: "hermes",
  window: 32_768,
  parsesCalls: true,
  takesStrict: true,
  forms: true,
  toolsWithForm: true,
  obeysNone: true,
  continues: true,
  decisionRoutes: [],
  logprobs: true,
  weigh: (options) => options.map((_, at) => (at === 0 ? 0.9 : 0.1 / (options.length - 1))),
  tokenizes: true,
  isVllm: true,
  tellsWindow: true,
  priorities: true,
  cacheBlock: 16,
  key: undefined,
  paceMs: 0,
  models: ["base"],
  adapters: {},
  fault: undefined,
  reply: ({ messages }) => ({ text: `I read ${lengthOf(messages.at(-1))} characters.` }),
};

function lengthOf(message: WireMessage | undefined): number {
  return message?.content?.length ?? 0;
}
