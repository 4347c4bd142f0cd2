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
import { renderData } from "./render-data.ts";

const search = createParser(SearchResult, "search result");
const load = createParser(LoadResult, "load result");
const execute = createParser(ExecuteResult, "execute result");

/** How one call ended, as markdown a person reads. Says only what the result says. */
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
  return `${what} returned:\n\n${renderData(result)}`;
}

function renderSearch({ query, results, total }: SearchResult, itemType: string): string {
  const one = itemType === "knowledge" ? "knowledge entry" : itemType;
  const plural = itemType === "knowledge" ? "knowledge entries" : `${itemType}s`;
  if (results.length === 0) return `No ${one} matches “${query}”.`;
  const head =
    total === 1 ? `One ${one} matches “${query}”:` : `${total} ${plural} match “${query}”:`;
  return [head, "", ...results.map(hitLine)].join("\n");
}

function hitLine(hit: SearchHit, index: number): string {
  return `${index + 1}. **${hit.qualified_id}**: ${hit.description} _(${hit.source}, ${hit.version})_`;
}

function renderLoad({ item, mode, path, steps, permissions, content }: LoadResult): string {
  const parts = [
    `**${item.name}** (${item.item_type} ${item.qualified_id}, version ${item.version}): ${item.description}`,
  ];
  if (mode === "copied") parts.push(`It was copied to \`${path}\`.`);
  if (item.inputs.length > 0) {
    const inputs = item.inputs.map((input) => {
      const needed = input.required ? "required" : "optional";
      return `- \`${input.name}\` (${input.type}, ${needed}) ${input.description ?? ""}`.trimEnd();
    });
    parts.push(["Inputs:", "", ...inputs].join("\n"));
  }
  if (steps.length > 0) parts.push(["Steps:", "", ...steps.map(stepLine)].join("\n"));
  if (permissions.length > 0) {
    parts.push(`It may: ${permissions.map((grant) => `\`${grant.verb}\``).join(", ")}.`);
  }
  if (item.item_type === "knowledge") parts.push(renderData(content));
  return parts.join("\n\n");
}

function renderExecute(result: ExecuteResult, given: Record<string, unknown> = {}): string {
  const { item_type, item_id, status, data, steps = [], metadata } = result;
  if (status === "ready" && item_type === "knowledge") return renderKnowledge(data, item_id);
  if (status === "ready") {
    const head = `The ${item_type} **${item_id}** is ready to follow:`;
    return steps.length === 0 ? head : [head, "", ...steps.map(stepLine)].join("\n");
  }
  const took = `${Math.round(metadata.durationMs)} ms`;
  const head =
    status === "success"
      ? `**${item_id}** finished in ${took}.`
      : `**${item_id}** ended with an error after ${took}.`;
  const notes = [
    defaultsNote(result, given),
    metadata.truncated === true ? "The result was too large and is cut." : "",
    metadata.outputFile === undefined ? "" : `All of it is in \`${metadata.outputFile}\`.`,
  ].filter((note) => note !== "");
  return [head, renderData(data), ...notes].join("\n\n");
}

/** Whoever gave no value must not take a result on an item's own for one on theirs. */
function defaultsNote({ inputs = {} }: ExecuteResult, given: Record<string, unknown>): string {
  const names = Object.keys(inputs).filter((name) => !Object.hasOwn(given, name));
  if (names.length === 0) return "";
  return `_By the item's own defaults: ${names.map((name) => `\`${name}\``).join(", ")}._`;
}

function renderKnowledge(data: unknown, id: string): string {
  if (typeof data !== "object" || data === null) return renderData(data);
  const { title, content } = data as { title?: unknown; content?: unknown };
  if (typeof content !== "string") return renderData(data);
  return `## ${typeof title === "string" ? title : id}\n\n${content}`;
}

/** A step with all that is needed to do it. */
function stepLine({ name, description, action }: Step, index: number): string {
  const text = [description, action].filter((part) => part !== "").join(" ");
  const title = name === "" ? "" : `**${name}** `;
  return `${index + 1}. ${title}${text.replace(/\s*\n\s*/g, "\n   ")}`.trimEnd();
}
