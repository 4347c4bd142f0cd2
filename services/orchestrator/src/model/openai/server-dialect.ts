import { NO_TOOLS, TOO_LONG, type UpstreamRefusal } from "./upstream-error.ts";

export type Body = Readonly<Record<string, unknown>>;

/** What is known of one server's wishes for the form of a request. */
export interface ServerDialect {
  /** A request as this server takes it. */
  spell(body: Body): Body;
  /**
   * Learns from a refusal of `sent`, which `spell` made. Undefined when the
   * refusal names nothing that can be left out or said otherwise, or when all
   * that was tried already.
   */
  learn(refusal: UpstreamRefusal, sent: Body): Lesson | undefined;
  /** It takes the field after all. */
  forget(field: string): void;
}

export interface Lesson {
  parameter: string;
  /** What is sent in its place; undefined when it is left out. */
  instead: string | undefined;
}

/** Another name, another value, or with neither nothing at all. */
interface Way {
  name?: string;
  value?: unknown;
}

/** Fields of ours that a request can do without or say otherwise, in the order of trying. */
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  max_tokens: [{ name: "max_completion_tokens" }, {}],
  response_format: [{ value: { type: "json_object" } }, {}],
  stream_options: [{}],
  priority: [{}],
  cache_salt: [{}],
  tool_choice: [{}],
  parallel_tool_calls: [{}],
  temperature: [{}],
  top_p: [{}],
  seed: [{}],
  presence_penalty: [{}],
  frequency_penalty: [{}],
  tools: [{}],
  // An answer that is not streamed is read as well; but a server works on for one who left it.
  stream: [{ value: false }],
};

const REFUSED =
  /unsupported|not.{0,12}support|unrecogni[sz]ed|unknown|unexpected|extra|not.{0,6}permitted|not.{0,6}allowed|invalid|deprecated|instead|requires|cannot|can't|disabled|must/i;
/** Its value is refused, not its name. */
const BEYOND = /too (large|big|high)|at most|less than|greater than|maximum|range/i;

/** Knows nothing at first: the plain form is what most servers take. */
export function createServerDialect(): ServerDialect {
  const learnt = new Map<string, Way>();
  const sentName = (field: string): string => learnt.get(field)?.name ?? field;

  return {
    spell(body) {
      const spelt: Record<string, unknown> = {};
      for (const [field, value] of Object.entries(body)) {
        const way = learnt.get(field);
        if (way === undefined || way.name !== undefined) spelt[sentName(field)] = value;
        else if (way.value !== undefined) spelt[field] = way.value;
      }
      // Where it cannot be said that none is to be called, none is told of.
      if (body["tool_choice"] === "none" && !("tool_choice" in spelt)) delete spelt["tools"];
      // Nothing to choose from, nothing to choose.
      if (!("tools" in spelt)) delete spelt["tool_choice"];
      if (spelt["stream"] === false) delete spelt["stream_options"];
      return spelt;
    },
    forget: (field) => void learnt.delete(field),
    learn(refusal, sent) {
      const fields = Object.keys(WAYS).filter((field) => sentName(field) in sent);
      const field = blamed(refusal, fields, sentName);
      if (field === undefined) return undefined;
      const ways = WAYS[field] ?? [];
      const before = learnt.get(field);
      const next = before === undefined ? 0 : ways.indexOf(before) + 1;
      const way = BEYOND.test(refusal.said) ? ways.at(-1) : ways[next];
      if (way === undefined || way === before) return undefined;
      const parameter = sentName(field);
      learnt.set(field, way);
      const value = way.value === undefined ? undefined : JSON.stringify(way.value);
      return { parameter, instead: way.name ?? value };
    },
  };
}

/** The field a refusal is about: what it names by itself, else what its text names. */
function blamed(
  { said, param, httpStatus }: UpstreamRefusal,
  fields: readonly string[],
  sentName: (field: string) => string,
): string | undefined {
  if ([401, 402, 403, 429].includes(httpStatus) || param === "input_tokens" || TOO_LONG.test(said))
    return undefined;
  const top = param?.split(/[.[]/)[0];
  const named = fields.find((field) => sentName(field) === top);
  if (named !== undefined && named !== "tools") return named;
  // Tools are given up only where none are taken: one that is refused is our mistake.
  if (NO_TOOLS.test(said) && fields.includes("tools")) return "tools";
  if (!REFUSED.test(said) && !BEYOND.test(said)) return undefined;
  const isNamed = (field: string): boolean =>
    new RegExp(`(?<!\\w)${sentName(field)}(?!\\w)`).test(said);
  return fields.find((field) => field !== "tools" && isNamed(field));
}
