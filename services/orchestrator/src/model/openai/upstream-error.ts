import { LiluxError } from "@lilux/protocol";
import { isObject, listOf, textIn } from "./json-value.ts";

/** What a server said when it refused, for the log and for learning from it; never for a person. */
export class UpstreamRefusal extends Error {
  readonly httpStatus: number;
  /** Its words, which may quote the prompt. */
  readonly said: string;
  /** The field it blames, where it says so by itself. */
  readonly param: string | undefined;

  constructor(httpStatus: number, body: unknown) {
    const said = describe(body);
    super(`HTTP ${httpStatus}: ${said}`);
    this.name = "UpstreamRefusal";
    this.httpStatus = httpStatus;
    this.said = said;
    this.param = paramOf(body);
  }
}

/**
 * What a server's refusal means. Its own words are kept for the log: they may
 * quote the prompt. 408, 409, 425, 429 and 5xx pass by themselves; the rest of
 * 4xx is a mistake in settings or request.
 */
export function upstreamError(
  httpStatus: number,
  body: unknown,
  retryAfterMs?: number,
): LiluxError {
  const cause = new UpstreamRefusal(httpStatus, body);
  const reason = reasonOf(httpStatus, cause);
  const details = { httpStatus, reason };
  if (reason === "context") return new LiluxError("llm_context_full", { details, cause });
  if (reason !== "busy") {
    return new LiluxError("llm_rejected", { message: SENTENCES[reason], details, cause });
  }
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new LiluxError("llm_unavailable", { details: { ...details, ...after }, cause });
}

type Reason = "busy" | "key" | "credit" | "context" | "tools" | "template" | "model" | "other";

const SENTENCES: Readonly<Record<Exclude<Reason, "busy" | "context">, string>> = {
  key: "The language model server refused the key. Check LILUX_LLM_API_KEY.",
  credit: "The account at the language model server has nothing left to spend. Top it up there.",
  tools:
    "The language model server takes no tools, which Lilux needs to act. Choose a model that does, or switch its tool calls on.",
  template:
    "The language model's chat template does not take the conversation in this form. Run `lilux doctor` to see which forms it takes.",
  model:
    "The language model server does not know that model or address. Check LILUX_LLM_MODEL and LILUX_LLM_URL.",
  other:
    "The language model server refused the request. Check LILUX_LLM_URL, LILUX_LLM_MODEL and LILUX_LLM_API_KEY.",
};

export const TOO_LONG =
  /context.?(length|window|size)|maximum.{0,40}(tokens|length)|too (long|many tokens)|input_tokens|prompt.{0,30}exceed|exceed.{0,40}(context|tokens)/i;
/** `"auto" tool choice requires …` of vLLM, `… does not support tools` of Ollama. */
export const NO_TOOLS =
  /tool.?choice.{0,5} requires|(not|n't) support (tool|function)|no endpoints.{0,30}tool|(tools?|(tool|function).?(use|call(s|ing)?))\W{0,2} (is |are )?not (supported|enabled|available)/i;
/** Sentences of chat templates, and of servers about them. */
const TEMPLATE =
  /roles? must alternate|system role.{0,20}not supported|chat.?template|jinja|tool call ids? (should|must)/i;
const NO_CREDIT = /insufficient.(balance|quota|credit|funds)|exceeded your current quota|billing/i;

function reasonOf(httpStatus: number, { said, param }: UpstreamRefusal): Reason {
  if (NO_CREDIT.test(said) || httpStatus === 402) return "credit";
  // Some servers answer 500 to what is too long; asking again changes nothing.
  if (httpStatus !== 429 && (param === "input_tokens" || TOO_LONG.test(said))) return "context";
  if (httpStatus >= 500 || [408, 409, 425, 429].includes(httpStatus)) return "busy";
  if (httpStatus === 401 || httpStatus === 403) return "key";
  if (NO_TOOLS.test(said)) return "tools";
  if (TEMPLATE.test(said)) return "template";
  return httpStatus === 404 ? "model" : "other";
}

/** What holds an error besides `error`, in the dialects of servers and of what stands before them. */
const ERROR_FIELDS = [
  "error",
  "errors",
  "detail",
  "fault",
  "error_code",
  "error_msg",
  "error_message",
];
const STATUS_FIELDS = ["code", "status", "status_code", "statusCode", "http_code", "error_code"];

/**
 * The failure that came as an event after HTTP 200, if the event is one: by its
 * name, or by an object that has an error's fields, at the top or in its choice.
 */
export function errorOfEvent(name: string | undefined, data: unknown): LiluxError | undefined {
  const body = Array.isArray(data) ? data[0] : data;
  if (name?.toLowerCase() === "error") return fromBody(body);
  if (!isObject(body)) return undefined;
  const choices = listOf(body["choices"]).filter(isObject);
  const failed = choices.find(({ error }) => isFilled(error));
  if (failed !== undefined) return fromBody(failed["error"]);
  if (isFilled(body["error"])) return fromBody(body["error"]);
  return choices.length === 0 && isError(body) ? fromBody(body) : undefined;
}

function isError(body: Record<string, unknown>): boolean {
  if (body["object"] === "error" || body["type"] === "error") return true;
  if (ERROR_FIELDS.some((field) => isFilled(body[field]))) return true;
  const isTold = textIn(body["message"]) !== "" || textIn(body["msg"]) !== "";
  return isTold && [...STATUS_FIELDS, "type", "title"].some((field) => isFault(body[field]));
}

/** A number that is no success, or a word for a fault. */
function isFault(kind: unknown): boolean {
  if (Number(kind) > 0) return Number(kind) !== 200;
  return /err|fail|fault|exception|invalid|denied|limit|overload|unavailable|not_/i.test(
    textIn(kind),
  );
}

/** Servers send `error: null`, `""`, `{}` or `false` where there is none. */
function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== "" && value !== false && value !== 0;
}

function fromBody(body: unknown): LiluxError {
  return upstreamError(statusIn(body, 0) ?? statusOfKind(describe(body)), body);
}

const DEPTH_MAX = 4;

/** The HTTP status an error names, however deep it is wrapped. */
function statusIn(body: unknown, depth: number): number | undefined {
  if (!isObject(body) || depth > DEPTH_MAX) return undefined;
  const numbers = STATUS_FIELDS.map((field) => Number(body[field]));
  const status = numbers.find((number) => number >= 400 && number <= 599);
  return (
    status ??
    Object.values(body)
      .map((inner) => statusIn(inner, depth + 1))
      .find(Boolean)
  );
}

/** Without a number, by the kind of error its text names; else it may pass. */
function statusOfKind(said: string): number {
  if (/rate.?limit|overloaded|too.?many.?requests/i.test(said)) return 429;
  if (/authentication|unauthorized|invalid.?api.?key|permission/i.test(said)) return 401;
  if (/not.?found|does not exist/i.test(said)) return 404;
  return /bad.?request|invalid.?request|unprocessable|validation/i.test(said) ? 400 : 500;
}

/** OpenAI's `param`, or the last name of FastAPI's `loc`. */
function paramOf(body: unknown): string | undefined {
  const parsed = typeof body === "string" ? parse(body) : body;
  const [first] = Array.isArray(parsed) ? parsed : [parsed];
  if (!isObject(first)) return undefined;
  const error = isObject(first["error"]) ? first["error"] : first;
  const [detail] = listOf(first["detail"]);
  const loc = isObject(detail) && Array.isArray(detail["loc"]) ? detail["loc"] : [];
  return textIn(error["param"]) || textIn(loc.find((part) => part !== "body")) || undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (text ?? "").slice(0, 2_000);
}
