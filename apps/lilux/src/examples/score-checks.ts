import { digestCall } from "@lilux/core/calls";
import type { Call, CallPattern, ExampleChecks } from "@lilux/protocol";
import type { Played } from "./played.ts";
import type { Situation } from "./situation.ts";

/** What a turn did with the router's first call, told from what happened and from no words but a question. */
export type Action = "leader" | "other" | "none" | "asks";

export function actionOf({ calls, lastText }: Played, { prediction, turn }: Situation): Action {
  const leader = turn.chosen?.call ?? prediction?.candidates[0]?.call;
  if (leader !== undefined && calls.some(({ call }) => digestCall(call) === digestCall(leader))) {
    return "leader";
  }
  if (calls.length > 0) return "other";
  return isQuestion(lastText) ? "asks" : "none";
}

/** The last words are a question to the person. */
export function isQuestion(text: string): boolean {
  return /\?["'”)*_]*\s*$/.test(text.trim());
}

export interface ChecksScope {
  situation: Situation;
  /** A file's text below `.ai`, or null; only where files are looked at. */
  readFile?: (path: string) => Promise<string | null>;
}

/** What of the checks does not hold, as sentences; none when all of them do. */
export async function failedChecks(
  played: Played,
  checks: ExampleChecks,
  { situation, readFile }: ChecksScope,
): Promise<string[]> {
  return [
    ...failedCalls(played, checks, situation),
    ...failedWords(played.text, checks),
    ...(await failedFiles(checks, readFile)),
  ];
}

function failedCalls(played: Played, checks: ExampleChecks, situation: Situation): string[] {
  const { does, mustCall = [], mustNotCall = [], questions } = checks;
  const failures: string[] = [];
  const action = actionOf(played, situation);
  if (does !== undefined && !does.includes(action)) {
    failures.push(`it was to do ${does.join(" or ")} and did ${action}`);
  }
  for (const pattern of mustCall) {
    if (!played.calls.some(({ call, ok }) => ok && fits(call, pattern))) {
      failures.push(`no call of ${JSON.stringify(pattern)} ended well`);
    }
  }
  for (const pattern of mustNotCall) {
    const made = played.calls.find(({ call }) => fits(call, pattern));
    if (made !== undefined) failures.push(`it made ${JSON.stringify(made.call)}`);
  }
  if (questions !== undefined && played.questions !== questions) {
    failures.push(`the person was asked ${played.questions} times instead of ${questions}`);
  }
  return failures;
}

function failedWords(text: string, checks: ExampleChecks): string[] {
  const { mentions = [], mustNotMention = [], asks, wordsMax, sentencesMax } = checks;
  const failures: string[] = [];
  const said = normalised(text);
  const holds = (phrase: string): boolean => said.includes(normalised(phrase));
  for (const ways of mentions) {
    if (!ways.some(holds)) failures.push(`it does not say "${ways.join('" or "')}"`);
  }
  for (const phrase of mustNotMention) if (holds(phrase)) failures.push(`it says "${phrase}"`);
  if (asks !== undefined && isQuestion(text) !== asks) {
    failures.push(asks ? "it does not end with a question" : "it ends with a question");
  }
  const words = wordsIn(text);
  if (wordsMax !== undefined && words > wordsMax) failures.push(`it has ${words} words`);
  const sentences = sentencesIn(text);
  if (sentencesMax !== undefined && sentences > sentencesMax) {
    failures.push(`it has ${sentences} sentences`);
  }
  return failures;
}

async function failedFiles(
  { files = {} }: ExampleChecks,
  readFile: ChecksScope["readFile"],
): Promise<string[]> {
  if (readFile === undefined) return [];
  const failures: string[] = [];
  for (const [path, part] of Object.entries(files)) {
    const text = await readFile(path);
    if (part === null && text !== null) failures.push(`${path} is there`);
    else if (part !== null && text?.includes(part) !== true)
      failures.push(`${path} does not hold "${part}"`);
  }
  return failures;
}

/** Whether a call has all that is asked of it. An id fits with and without its category. */
export function fits({ name, arguments: given }: Call, pattern: CallPattern): boolean {
  if (name !== pattern.name) return false;
  const { item_id: id, parameters = {} } = pattern;
  const has = given as Record<string, unknown>;
  if (id !== undefined && bare(String(has["item_id"])) !== bare(id)) return false;
  for (const field of ["item_type", "action"] as const) {
    if (pattern[field] !== undefined && has[field] !== pattern[field]) return false;
  }
  const parametersOf = has["parameters"] as Record<string, unknown> | undefined;
  return Object.entries(parameters).every(
    ([key, value]) => JSON.stringify(parametersOf?.[key]) === JSON.stringify(value),
  );
}

const bare = (id: string): string => id.split("/").at(-1) ?? id;

export function normalised(text: string): string {
  return text
    .toLowerCase()
    .replace(/[`*_“”"’']/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

export function wordsIn(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function sentencesIn(text: string): number {
  return text.split(/[.!?…]+(?:\s|$)|\n{2,}/).filter((part) => /\p{L}/u.test(part)).length;
}
