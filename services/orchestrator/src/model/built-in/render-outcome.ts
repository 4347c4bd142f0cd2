import { describeCall } from "@lilux/core/calls";
import {
  createParser,
  ExecuteResult,
  LoadResult,
  type SearchHit,
  SearchResult,
  type Step,
} from "@lilux/protocol";
import type { CallOutcome } from "../language-model.ts";
import { describeData } from "./describe-data.ts";

const search = createParser(SearchResult, "search result");
const load = createParser(LoadResult, "load result");
const execute = createParser(ExecuteResult, "execute result");

/**
 * How one call ended, in a sentence or two. It says only what the result says, and does not repeat
 * it: that stands with the call, on the page and at every other door.
 */
export function renderOutcome(outcome: CallOutcome): string {
  const what = `\`${describeCall(outcome.call)}\``;
  if (!outcome.ok) {
    // Errors of the tool core begin with the call themselves.
    const message = outcome.error.message.replace(`${describeCall(outcome.call)}: `, "");
    return `${what} did not work: ${message}`;
  }
  const { call, result } = outcome;
  if (call.name === "search" && search.is(result)) {
    return renderSearch(result, call.arguments.item_type);
  }
  if (call.name === "load" && load.is(result)) return renderLoad(result);
  if (call.name === "execute" && execute.is(result)) {
    return renderExecute(result, call.arguments.parameters);
  }
  return `${what} is done. ${describeData(result)}`;
}

const HITS_NAMED_MAX = 5;

function renderSearch({ query, results, total }: SearchResult, itemType: string): string {
  const one = itemType === "knowledge" ? "knowledge entry" : itemType;
  const plural = itemType === "knowledge" ? "knowledge entries" : `${itemType}s`;
  const [first] = results;
  if (first === undefined) return `No ${one} matches “${query}”.`;
  if (total === 1) return `One ${one} matches “${query}”: ${named(first)}, ${first.description}`;
  const names = results.slice(0, HITS_NAMED_MAX).map(named).join(", ");
  const head = `${total} ${plural} match “${query}”`;
  return total <= HITS_NAMED_MAX ? `${head}: ${names}.` : `${head}, first of them ${names}.`;
}

function named({ qualified_id }: SearchHit): string {
  return `**${qualified_id}**`;
}

function renderLoad({ item, mode, path, permissions }: LoadResult): string {
  const needed = item.inputs.filter(({ required }) => required === true).map(({ name }) => name);
  const inputs = item.inputs.map(({ name }) => `\`${name}\``).join(", ");
  const parts = [
    `**${item.qualified_id}** (${item.item_type}, version ${item.version}): ${item.description}`,
    mode === "copied" ? `It was copied to \`${path}\`.` : "",
    inputs === "" ? "" : `It takes ${inputs}${needLine(needed)}.`,
    permissions.length === 0
      ? ""
      : `It may: ${permissions.map((grant) => `\`${grant.verb}\``).join(", ")}.`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function needLine(needed: readonly string[]): string {
  return needed.length === 0
    ? ", none of them needed"
    : `; it needs ${needed.map((name) => `\`${name}\``).join(", ")}`;
}

function renderExecute(result: ExecuteResult, given: Record<string, unknown> = {}): string {
  const { item_type, item_id, action, status, data, steps = [], metadata } = result;
  if (status === "ready" && item_type === "knowledge") return renderKnowledge(data, item_id);
  if (status === "ready") {
    const head = `The ${item_type} **${item_id}** is ready to follow`;
    return steps.length === 0 ? `${head}.` : `${head}: ${steps.map(stepName).join(", ")}.`;
  }
  const head =
    status === "success"
      ? `**${item_id}** ${DONE[action]}.`
      : `**${item_id}** ended with an error.`;
  const notes = [
    defaultsNote(result, given),
    metadata.truncated === true ? "The result was too large and is cut." : "",
    metadata.outputFile === undefined ? "" : `All of it is in \`${metadata.outputFile}\`.`,
  ];
  return [head, describeData(data), ...notes].filter((note) => note !== "").join(" ");
}

const DONE = {
  run: "is done",
  create: "is created",
  update: "is updated",
  delete: "is deleted",
  publish: "is published",
} as const;

/** Whoever gave no value must not take a result on an item's own for one on theirs. */
function defaultsNote({ inputs = {} }: ExecuteResult, given: Record<string, unknown>): string {
  const names = Object.keys(inputs).filter((name) => !Object.hasOwn(given, name));
  if (names.length === 0) return "";
  return `_By the item's own defaults: ${names.map((name) => `\`${name}\``).join(", ")}._`;
}
function renderKnowledge(data: unknown, id: string): string {
  if (typeof data !== "object" || data === null) return describeData(data);
  const { title, content } = data as { title?: unknown; content?: unknown };
  if (typeof content !== "string") return describeData(data);
  return `**${typeof title === "string" ? title : id}**: ${describeData(firstParagraph(content))}`;
}

/** Of a text that begins with headings, what they are about. */
function firstParagraph(text: string): string {
  const paragraphs = text.split(/\n\s*\n/).map((each) => each.replace(/^#.*$/gm, "").trim());
  const first = paragraphs.find((each) => each !== "") ?? "";
  // Whoever is told a beginning is told that it is one.
  return first.length === text.trim().length ? first : `${first.replace(/\s+/g, " ")} …`;
}

function stepName({ name, description, action }: Step): string {
  return name === "" ? `“${(description || action).split("\n")[0]}”` : `**${name}**`;
}
