import type { ExecuteAction, ItemType } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";

/** What a line asks for that is nothing but a command and a name. */
export interface NamedItems {
  /** One, or the several that share the name. */
  items: readonly ItemEvidence[];
  /** Undefined for a name alone. */
  verb: NamedVerb | undefined;
  /** The words said of where it is. */
  rest: string;
}

export type NamedVerb = "load" | Exclude<ExecuteAction, "create">;

const POLITE =
  "please|pls|plz|kindly|just|now|okay|ok|hey|hi|so|next|(?:can|could|would|will) (?:you|we)|let us|let s|lets|i (?:want|need) (?:you )?to|i (?:d|would) like (?:you )?to|go ahead and|go and|thanks|thank you|for me|again|right away|at once|immediately";
const VERBS: Readonly<Record<NamedVerb, string>> = {
  run: "run|rerun|re run|execute|start|launch|invoke|trigger|perform|do|kick off|fire off|fire up",
  load: "load|open|show|show me|view|read|get|fetch|display|see|look at|cat|print|bring up|pull up|give me",
  update: "update|edit|change|modify|revise",
  delete: "delete|remove|erase",
  publish: "publish",
};
const FILLERS = "the|a|an|my|our|this|that|named|called|id|item|with";
const KINDS: Readonly<Record<ItemType, string>> = {
  directive: "directives?|workflows?",
  script: "scripts?|tools?",
  knowledge: "knowledge|entry|entries|notes?",
};
const KIND = Object.values(KINDS).join("|");
const PLACES = "from|in|out|of|the|my|our|project|user|registry|folder|library";

const PARTS = `(?:(?:${POLITE}|${FILLERS}|${KIND}|ai) )*`;
const BEFORE = new RegExp(`^${PARTS}(?:(${Object.values(VERBS).join("|")}) )?${PARTS}$`);
const AFTER = new RegExp(`^${PARTS}$`);
const AFTER_LOAD = new RegExp(`^(?:(?:${POLITE}|${KIND}|${PLACES}) )*$`);
const FILE_ENDING = /\.(?:md|markdown|py|txt)$/iu;
const EDGES = /^[\s"'“”‘’«»`([{<]+|[\s"'“”‘’«»`)\]}>,;:.!]+$/gu;

/**
 * The item that a line names, where the line is nothing but that: its id, in any spelling that
 * `splitIdentifier` takes for the same, with or without its category, a file's ending or quotes
 * around it, and around that at most a verb, a kind of item and courtesies. Of several readings the
 * one with the longest name counts; items that share that name are all given.
 */
export function namedItems({ text, items }: LineEvidence): NamedItems | undefined {
  const words = wordsOf(text);
  let longest = 0;
  let found: { item: ItemEvidence; sides: Sides }[] = [];
  for (const item of items) {
    const place = placeOf(item, words);
    if (place === undefined || place.end - place.start < longest) continue;
    const sides = sidesOf(words, place, item.item.item_type);
    if (sides === undefined) continue;
    if (place.end - place.start > longest) found = [];
    longest = place.end - place.start;
    found.push({ item, sides });
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const { verb, rest } = first.sides;
  return { items: found.map(({ item }) => item), verb, rest };
}

function wordsOf(text: string): string[] {
  return text
    .split(/\s+/u)
    .flatMap((part) => splitIdentifier(part.replace(EDGES, "").replace(FILE_ENDING, "")));
}

interface Place {
  /** With as much of the category as stands before the id. */
  start: number;
  end: number;
}

function placeOf({ key }: ItemEvidence, words: readonly string[]): Place | undefined {
  const path = key.slice(key.indexOf(":") + 1).split("/");
  const id = splitIdentifier(path.pop() ?? "");
  const category = path.flatMap(splitIdentifier);
  if (id.length === 0) return undefined;
  for (let at = 0; at < words.length; at += 1) {
    const length = lengthAt(id, words, at);
    if (length === 0) continue;
    let start = at;
    while (start > 0 && words[start - 1] === category.at(start - 1 - at)) start -= 1;
    return { start, end: at + length };
  }
  return undefined;
}

/** How many words of the line are the id here: its own number, one when they are run together, or none. */
function lengthAt(id: readonly string[], words: readonly string[], at: number): number {
  if (id.every((word, step) => words[at + step] === word)) return id.length;
  return words[at] === id.join("") ? 1 : 0;
}

interface Sides {
  verb: NamedVerb | undefined;
  rest: string;
}

/** Undefined when anything else is said, or another kind of item is. */
function sidesOf(
  words: readonly string[],
  { start, end }: Place,
  type: ItemType,
): Sides | undefined {
  const before = spaced(words.slice(0, start));
  const after = spaced(words.slice(end));
  const command = BEFORE.exec(before);
  if (command === null) return undefined;
  const verb = verbOf(command[1]);
  const isWhole = AFTER.test(after) || (verb === "load" && AFTER_LOAD.test(after));
  const kinds = [...`${before}${after}`.matchAll(new RegExp(`\\b(?:${KIND})\\b`, "g"))];
  const own = new RegExp(`^(?:${KINDS[type]})$`);
  const isOwnKind = kinds.every(([kind]) => own.test(kind));
  return isWhole && isOwnKind ? { verb, rest: after } : undefined;
}

function verbOf(said: string | undefined): NamedVerb | undefined {
  if (said === undefined) return undefined;
  const verbs = Object.keys(VERBS) as NamedVerb[];
  return verbs.find((verb) => VERBS[verb].split("|").includes(said));
}

function spaced(words: readonly string[]): string {
  return words.map((word) => `${word} `).join("");
}
