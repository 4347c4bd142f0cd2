import type { Call } from "@lilux/protocol";

/** One typeset piece of a call. */
export interface CallPart {
  kind: "name" | "punctuation" | "type" | "string" | "id" | "word";
  text: string;
}

/** A call as a person reads it: `search(script, "email")`, `execute(directive deploy, run)`. */
export function callParts(call: Call): CallPart[] {
  return [
    { kind: "name", text: call.name },
    { kind: "punctuation", text: "(" },
    { kind: "type", text: call.arguments.item_type },
    ...argumentParts(call),
    { kind: "punctuation", text: ")" },
  ];
}

export function callText(call: Call): string {
  return callParts(call)
    .map(({ text }) => text)
    .join("");
}

/** A chosen call as a line that means it. */
export function chosenText(call: Call): string {
  switch (call.name) {
    case "search":
      return `search ${call.arguments.item_type} ${call.arguments.query}`;
    case "load":
      return `open ${call.arguments.item_id}`;
    case "execute": {
      const { action, item_id, parameters } = call.arguments;
      return `${parameters?.["restore"] === undefined ? action : "restore"} ${item_id}`;
    }
  }
}

function argumentParts(call: Call): CallPart[] {
  switch (call.name) {
    case "search": {
      const { query, source } = call.arguments;
      const where = source === undefined || source === "local" ? [] : [COMMA, word(source)];
      return [COMMA, { kind: "string", text: JSON.stringify(query) }, ...where];
    }
    case "load": {
      const { item_id, source, destination, version } = call.arguments;
      const parts = [SPACE, id(item_id)];
      if (source !== "project") parts.push(COMMA, word(source));
      if (version !== undefined) parts.push(COMMA, word(`version ${version}`));
      if (destination !== undefined) parts.push(COMMA, word(`copy to ${destination}`));
      return parts;
    }
    case "execute": {
      const { item_id, action, parameters } = call.arguments;
      const parts = [SPACE, id(item_id), COMMA, word(action)];
      for (const [name, value] of Object.entries(parameters ?? {})) {
        parts.push(COMMA, word(`${name}: `), { kind: "string", text: valueText(value) });
      }
      return parts;
    }
  }
}

const VALUE_CHARACTERS_MAX = 60;
const COMMA: CallPart = { kind: "punctuation", text: ", " };
const SPACE: CallPart = { kind: "punctuation", text: " " };

function id(text: string): CallPart {
  return { kind: "id", text };
}

function word(text: string): CallPart {
  return { kind: "word", text };
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX)}…` : text;
}
