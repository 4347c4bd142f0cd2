import { readJson } from "@lilux/core/json";
import { type Call, type ItemType, itemTypeOf, type Step } from "@lilux/protocol";
import { unfilledStep } from "./unfilled-step.ts";

/**
 * The call a directive's step names, ready to run; undefined when the step is
 * for a mind to read. A step names its call in one of four ways:
 *
 * - attributes `script`, `tool`, `directive` or `knowledge` with the item's id,
 *   and `inputs` or `parameters` as a JSON object;
 * - a JSON object `{"name":"execute","arguments":{…}}` in its action, or a
 *   `tool_call` element with one of the three primitives and JSON `params`;
 * - an action of the form `execute(script, "id", run, {…})`,
 *   `load(directive, "id")` or `search(script, "words")`;
 * - an action that begins with the sentence `Run script id with a=1 and b={x}.`
 *
 * Placeholders (`{{x}}`, `{x}`, `{input:x}`, `${inputs.x}`) are filled from
 * `inputs`. A step whose placeholders have no value is not ready to run.
 */
export function callOfStep(
  filledStep: Step,
  inputs: Readonly<Record<string, unknown>>,
): Call | undefined {
  const step = unfilledStep(filledStep, inputs);
  const call =
    callOfAttributes(step.attributes) ??
    callInJson(step.action) ??
    callInToolCall(step.action) ??
    callInForm(step.action) ??
    callInSentence(unfilled(step.action, inputs));
  return call === undefined ? undefined : filled(call, inputs);
}

const ITEM_ATTRIBUTES = ["script", "tool", "directive", "knowledge"];

function callOfAttributes(attributes: Readonly<Record<string, string>>): Call | undefined {
  for (const name of ITEM_ATTRIBUTES) {
    const item_type = itemTypeOf(name);
    const item_id = attributes[name];
    if (item_type === undefined || item_id === undefined || item_id === "") continue;
    const given = readObject(attributes["inputs"] ?? attributes["parameters"] ?? "{}", [
      "parameters",
    ]);
    return given === undefined ? undefined : runOf(item_type, item_id, given);
  }
  return undefined;
}

function runOf(item_type: ItemType, item_id: string, given: Record<string, unknown>): Call {
  const base = { item_type, item_id, action: "run" } as const;
  const named = Object.keys(given).length > 0;
  return { name: "execute", arguments: named ? { ...base, parameters: given } : base };
}

function callInJson(action: string): Call | undefined {
  const text = /\{\s*"name"[\s\S]*\}/.exec(action)?.[0];
  const value = text === undefined ? undefined : readObject(text);
  const given = value?.["arguments"];
  if (value === undefined || !isObject(given)) return undefined;
  return callOf(value["name"], given);
}

/** A `tool_call` element as the tool core writes it out: `tool_call: mcp: kiwi; tool: execute; params: {…}`. */
const TOOL_CALL =
  /\btool_call:[\s\S]*?\btool[:=]\s*(execute|load|search)\b[\s\S]*?\bparams[:=]\s*(\{[\s\S]*\})/;

function callInToolCall(action: string): Call | undefined {
  const [, name, text] = TOOL_CALL.exec(action) ?? [];
  const given = text === undefined ? undefined : readObject(text);
  return given === undefined ? undefined : callOf(name, given);
}

const FORM =
  /\b(execute|load|search)\(\s*(directive|script|tool|knowledge)\s*,\s*"([^"]+)"\s*(?:,\s*run\s*)?(?:,\s*(\{[\s\S]*\})\s*)?\)/;

function callInForm(action: string): Call | undefined {
  const [, name, type, text, parameters] = FORM.exec(action) ?? [];
  if (name === undefined || type === undefined || text === undefined) return undefined;
  const item_type = itemTypeOf(type);
  if (item_type === undefined) return undefined;
  if (name === "search") return { name, arguments: { item_type, query: text } };
  if (name === "load") return { name, arguments: { item_type, item_id: text, source: "project" } };
  const given = readObject(parameters ?? "{}", ["parameters"]);
  return given === undefined ? undefined : runOf(item_type, text, given);
}

const PAIR = String.raw`[\w-]+=[^\s,;]+`;
const SENTENCE = new RegExp(
  String.raw`^(?:run|execute) (script|tool|directive) ([\w/-]+)(?: with (${PAIR}(?:(?:,| and|, and) ${PAIR})*))?(?:[.;](?:\s|$)|\s*$)`,
  "i",
);

/**
 * Steps come with their placeholders filled. Where an input's value stands as an
 * argument it becomes its placeholder again: values may hold spaces and words
 * that would be read as further arguments.
 */
function unfilled(action: string, inputs: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(inputs).map(([name, value]) => {
    return [name, typeof value === "string" ? value : JSON.stringify(value)] as const;
  });
  let text = action;
  for (const [name, value] of values.toSorted(([, a], [, b]) => b.length - a.length)) {
    if (value === "") continue;
    for (const end of [" ", ",", ".", ";"]) {
      text = text.replaceAll(`=${value}${end}`, () => `={${name}}${end}`);
    }
    if (text.endsWith(`=${value}`)) text = `${text.slice(0, -value.length)}{${name}}`;
  }
  return text;
}

/** Only the first sentence: what follows it tells the reader what to make of the result. */
function callInSentence(action: string): Call | undefined {
  const [, type, item_id, pairs = ""] = SENTENCE.exec(action.trim()) ?? [];
  const item_type = itemTypeOf(type);
  if (item_type === undefined || item_id === undefined) return undefined;
  const given = [...pairs.matchAll(/([\w-]+)=([^\s,;]+)/g)].map(([, name = "", value = ""]) => {
    return [name, plainValue(value.replace(/\.$/, ""))];
  });
  return runOf(item_type, item_id, Object.fromEntries(given));
}

/** Booleans, and numbers that are written as we would, as such; anything else as it is written. */
function plainValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

function callOf(name: unknown, given: Record<string, unknown>): Call | undefined {
  const item_type = itemTypeOf(given["item_type"]);
  const { item_id, query, parameters } = given;
  if (item_type === undefined) return undefined;
  if (name === "search" && typeof query === "string") {
    return { name, arguments: { item_type, query } };
  }
  if (typeof item_id !== "string") return undefined;
  if (name === "load") return { name, arguments: { item_type, item_id, source: "project" } };
  // Steps run things; whatever else a file asks for is left to a person.
  if (name !== "execute" || (given["action"] ?? "run") !== "run") return undefined;
  return runOf(item_type, item_id, isObject(parameters) ? parameters : {});
}

const PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}|\{(?:input:)?([\w.-]+)\}|\$\{inputs\.([\w.-]+)\}/g;

function filled(call: Call, inputs: Readonly<Record<string, unknown>>): Call | undefined {
  let missing = false;
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
    }
    if (typeof value !== "string") return value;
    return fillText(value, inputs, () => {
      missing = true;
    });
  };
  const result = fill(call) as Call;
  return missing ? undefined : result;
}

/** A text that is one placeholder takes the input's own type. */
function fillText(
  text: string,
  inputs: Readonly<Record<string, unknown>>,
  onMissing: () => void,
): unknown {
  const inputNamed = (names: (string | undefined)[]): unknown => {
    const value = inputs[names.find((name) => name !== undefined) ?? ""];
    if (value === undefined) onMissing();
    return value;
  };
  const [whole] = text.matchAll(PLACEHOLDER);
  if (whole !== undefined && whole[0] === text) return inputNamed(whole.slice(1, 4));
  return text.replace(PLACEHOLDER, (_match, ...names: (string | undefined)[]) => {
    const value = inputNamed(names.slice(0, 3));
    return typeof value === "string" ? value : JSON.stringify(value ?? "");
  });
}

function readObject(text: string, at: string[] = []): Record<string, unknown> | undefined {
  try {
    const value = readJson(text, "step", at);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
