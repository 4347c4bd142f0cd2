import { CHAT_TEMPLATES, TemplateError, tokensOf, type WireMessage } from "./chat-templates.ts";
import type { StrictRules } from "./strict-rules.ts";

/** A request that the server takes. */
export interface CheckedRequest {
  messages: readonly WireMessage[];
  tools: readonly unknown[];
  prompt: string;
  promptTokens: number;
  /** What it costs so far is asked for with each piece. */
  tellsRunning: boolean;
  tellsUsage: boolean;
  /** Clamped to what the window leaves. */
  tokensMax: number;
  continues: boolean;
  mayCall: boolean;
  form: unknown;
}

export class Refusal extends Error {
  readonly status: number;
  readonly param: string | null;

  constructor(status: number, message: string, param: string | null = null) {
    super(message);
    this.status = status;
    this.param = param;
  }
}

/** Reads a request as vLLM does; throws what it would refuse it with. */
export function checkRequest(
  body: Readonly<Record<string, unknown>>,
  rules: StrictRules,
): CheckedRequest {
  const { window, parsesCalls, takesStrict } = rules;
  const known = [...rules.models, ...Object.keys(rules.adapters)];
  if (!known.includes(String(body["model"]))) {
    throw new Refusal(404, `The model \`${String(body["model"])}\` does not exist.`, "model");
  }
  const messages = body["messages"] as readonly WireMessage[];
  const tools = (body["tools"] as readonly unknown[] | undefined) ?? [];
  const choice = tools.length === 0 ? "none" : (body["tool_choice"] ?? "auto");
  if (choice === "auto" && !parsesCalls) {
    const flags = "--enable-auto-tool-choice and --tool-call-parser";
    throw new Refusal(400, `"auto" tool choice requires ${flags} to be set`);
  }
  if (!takesStrict && JSON.stringify(tools).includes('"strict":true')) {
    throw new Refusal(400, "Invalid schema for function: 'required' must name every property.");
  }
  const form = body["response_format"];
  if (form !== undefined && !rules.forms) {
    throw new Refusal(400, "Unrecognized request argument: response_format", "response_format");
  }
  if (form !== undefined && tools.length > 0 && !rules.toolsWithForm) {
    throw new Refusal(400, "json mode cannot be combined with tool/function calling");
  }
  if (body["priority"] !== undefined && !rules.priorities) {
    throw new Refusal(400, "Got priority 1 but Priority scheduling is not enabled.", "priority");
  }
  const continues = body["continue_final_message"] === true;
  if (continues && !rules.continues) {
    throw new Refusal(400, "Unrecognized request argument: continue_final_message");
  }
  refuseBrokenArguments(messages);
  const prompt = render(rules, { messages, tools });
  const promptTokens = tokensOf(prompt);
  if (promptTokens >= window) {
    throw new Refusal(
      400,
      `This model's maximum context length is ${window} tokens. However, your request has ${promptTokens} input tokens. Please reduce the length of the input messages.`,
      "input_tokens",
    );
  }
  const asked = Number(body["max_tokens"] ?? body["max_completion_tokens"] ?? window);
  const tokensMax = Math.min(asked, window - promptTokens);
  const mayCall = choice === "auto" || (!rules.obeysNone && tools.length > 0);
  const told = (body["stream_options"] ?? {}) as Record<string, unknown>;
  return {
    messages,
    tools,
    prompt,
    promptTokens,
    tellsUsage: rules.isVllm && told["include_usage"] === true,
    tellsRunning: rules.isVllm && told["continuous_usage_stats"] === true,
    tokensMax,
    continues,
    mayCall,
    form,
  };
}

/** llama.cpp's rule, and once vLLM's: what was called is read as JSON, or the conversation is refused. */
function refuseBrokenArguments(messages: readonly WireMessage[]): void {
  for (const { function: called } of messages.flatMap(({ tool_calls = [] }) => tool_calls)) {
    try {
      JSON.parse(called.arguments);
    } catch (error) {
      throw new Refusal(500, `Failed to parse tool call arguments as JSON: ${String(error)}`);
    }
  }
}

export function render(
  { template }: StrictRules,
  conversation: { messages: readonly WireMessage[]; tools: readonly unknown[] },
): string {
  try {
    return CHAT_TEMPLATES[template](conversation);
  } catch (error) {
    if (error instanceof TemplateError) throw new Refusal(400, error.message);
    throw error;
  }
}
