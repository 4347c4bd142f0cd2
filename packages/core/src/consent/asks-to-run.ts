import type { ExecuteCall } from "@lilux/protocol";

/**
 * Whether a person's line asks, beyond doubt, for exactly this run: its first
 * sentence is an order ("run wipe_logs", "please start the directive nightly
 * with days=3"), names the item by the id of the call, and gives each of its
 * parameters, and no other, as `name=value`. What could be a question, a
 * condition, a quotation or a refusal is no order, nor is one that goes on with
 * anything else ("… as a dry run"). It is meant to say no too often: that costs
 * a question.
 */
export function asksToRun(line: string, call: ExecuteCall): boolean {
  if (DOUBTFUL.test(line)) return false;
  const [first = ""] = line.normalize().trim().split("\n");
  const [sentence] = sentencesOf(first);
  return sentence !== undefined && isOrder(sentence, call);
}

/**
 * The same of a directive's step, every sentence of which is an instruction.
 * What the directive was started with may be handed on.
 */
export function stepAsksToRun(
  text: string,
  call: ExecuteCall,
  inputs: Readonly<Record<string, unknown>>,
): boolean {
  if (DOUBTFUL.test(text)) return false;
  return text
    .normalize()
    .split("\n")
    .flatMap(sentencesOf)
    .some((sentence) => isOrder(sentence, call, inputs));
}

interface Sentence {
  words: string;
  end: string;
}

function sentencesOf(line: string): Sentence[] {
  const parts = line.trim().matchAll(/(.+?)(?:([.!?;:]+)(?=\s|$)|$)/gs);
  return [...parts].map(([, words = "", end = ""]) => ({ words: words.trim(), end }));
}

const POLITE =
  /^(?:(?:ok|okay|please|now|hey|hi|lilux|just|then|first|go ahead and|i want you to|let's)[,\s]+|(?:can|could|would|will) you (?:please )?)+/i;
/** Of a text with one of these, anywhere, nobody knows whether or when its order holds. */
const DOUBTFUL =
  /\b(?:if|unless|until|when|whenever|before|after|once|only|not|never|no|without|except|but|instead|don'?t|doesn'?t|won'?t)\b/i;
const ORDER =
  /^(?:(?:re-?)?run|execute|start|launch|invoke|trigger|(?:do|make|perform|follow|use)(?= (?:the|my|our) ))\s+(?:the |my |our )?(?:(script|tool|directive|workflow) )?(.*)$/is;
const TYPE_OF: Readonly<Record<string, string>> = { tool: "script", workflow: "directive" };

function isOrder(
  { words, end }: Sentence,
  { arguments: { action, item_type, item_id, parameters = {} } }: ExecuteCall,
  inputs: Readonly<Record<string, unknown>> = {},
): boolean {
  if (action !== "run" || end.startsWith(":")) return false;
  const polite = POLITE.exec(words)?.[0] ?? "";
  if (end.includes("?") && !/\byou\b/i.test(polite)) return false;
  // What comes after "then" is another order.
  const [order = ""] = words.slice(polite.length).split(/,? (?:and )?then[ ,]|, and /i);
  const [, type, named = ""] = ORDER.exec(order) ?? [];
  if (type !== undefined && (TYPE_OF[type.toLowerCase()] ?? type.toLowerCase()) !== item_type) {
    return false;
  }
  const rest = behindId(named, item_id);
  const given = rest === undefined ? undefined : valuesIn(rest);
  return given !== undefined && isSame(parameters, given, inputs);
}

/**
 * What stands behind the id, which may be written with spaces between its words.
 * Letters that only look or fold alike are others, capitals too, and so is a dash for
 * an underscore: a library may hold both, and the other one may be somebody else's.
 */
function behindId(text: string, id: string): string | undefined {
  if (!/[^_-]/.test(id)) return undefined;
  const parts = id.normalize().split(/([_-]+)/);
  const written = parts.map((part) => {
    return /^[_-]+$/.test(part) ? `(?:${literally(part)}|\\s+)` : literally(part);
  });
  const pattern = `^(["'\`]?)${written.join("")}\\1(?=$|[\\s,])`;
  const [found] = new RegExp(pattern, "u").exec(text) ?? [];
  return found === undefined ? undefined : text.slice(found.length);
}

function literally(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

const PAIR = /^(?:--)?([\p{L}_][\p{L}\p{N}_-]*)=("[^"]*"|'[^']*'|[^\s,"']+)/u;
const BETWEEN =
  /^(?:\s+|,|(?:with|and|script|tool|directive|workflow|now|please|again)(?=$|[\s,]))/i;

/** What is written as `name=value`; undefined when anything else is said. */
function valuesIn(rest: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  let left = rest;
  while (left !== "") {
    const [between] = BETWEEN.exec(left) ?? [];
    if (between !== undefined) {
      left = left.slice(between.length);
      continue;
    }
    const [pair, name = "", value = ""] = PAIR.exec(left) ?? [];
    if (pair === undefined || values.has(name)) return undefined;
    values.set(name, /^["']/.test(value) ? value.slice(1, -1) : value);
    left = left.slice(pair.length);
  }
  return values;
}

/** Nothing more and nothing less, but for what the inputs already said. */
function isSame(
  parameters: Readonly<Record<string, unknown>>,
  given: ReadonlyMap<string, string>,
  inputs: Readonly<Record<string, unknown>>,
): boolean {
  const isAll = [...given.keys()].every((name) => Object.hasOwn(parameters, name));
  return (
    isAll &&
    Object.entries(parameters).every(([name, value]) => {
      const written = given.get(name);
      if (written !== undefined) return written === asWritten(value);
      return Object.hasOwn(inputs, name) && asWritten(inputs[name]) === asWritten(value);
    })
  );
}

function asWritten(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
