import { TEXT_CHARACTERS_MAX } from "@lilux/protocol";
import { badField, isObject, isSet } from "./bad-field.ts";
import type { DecisionsBody } from "./decisions-body.ts";
import { ANY_MODEL, ROUTER_MODEL, unknownModel } from "./models.ts";

export interface AskedChoice {
  name: string | null;
  /** Undefined: whatever the library makes possible. */
  choices: string[] | undefined;
}

export interface AskedDecisions {
  text: string;
  history: string[];
  questions: AskedChoice[];
}

/** Throws `invalid_request` that names the field, or `unknown_model`. */
export function readDecisions({ model, input, questions }: DecisionsBody): AskedDecisions {
  if (model !== ROUTER_MODEL && model !== ANY_MODEL) throw unknownModel(model, [ROUTER_MODEL]);
  const lines = typeof input === "string" ? [input] : input.flatMap(lineIn);
  const text = lines.at(-1);
  if (text === undefined || text.trim() === "") {
    throw badField("input", "has no line of a user. Send text, or a message of the user.");
  }
  const long = lines.find((line) => line.length > TEXT_CHARACTERS_MAX);
  if (long !== undefined) {
    throw badField("input", `has a line of more than ${TEXT_CHARACTERS_MAX} characters.`);
  }
  return { text, history: lines.slice(0, -1), questions: questions.map(readQuestion) };
}

/** The router reads what a person wrote, and nothing else. */
function lineIn(message: Record<string, unknown>, at: number): string[] {
  if (message["role"] !== "user") return [];
  const { content } = message;
  if (typeof content === "string") return [content];
  if (!Array.isArray(content))
    throw badField(`input[${at}].content`, "must be text or parts of it.");
  const parts = content.map((part: unknown, index) => {
    const text = isObject(part) && part["type"] === "input_text" ? part["text"] : undefined;
    if (typeof text === "string") return text;
    throw badField(`input[${at}].content[${index}]`, "is not understood here. Send input_text.");
  });
  return [parts.join("\n")];
}

function readQuestion(question: Record<string, unknown>, at: number): AskedChoice {
  const field = `questions[${at}]`;
  if (question["type"] !== "choice") {
    throw badField(`${field}.type`, "must be choice: the router decides between calls.");
  }
  const { name, choices } = question;
  return {
    name: typeof name === "string" ? name : null,
    choices: readChoices(choices, `${field}.choices`),
  };
}

function readChoices(given: unknown, field: string): string[] | undefined {
  if (!isSet(given)) return undefined;
  if (!Array.isArray(given)) throw badField(field, "is not a list.");
  if (given.length === 0) return undefined;
  return given.map((choice: unknown, at) => {
    const value = isObject(choice) ? choice["value"] : undefined;
    if (typeof value === "string" && value !== "") return value;
    throw badField(`${field}[${at}].value`, "must be the id of an item, a call, or none.");
  });
}
