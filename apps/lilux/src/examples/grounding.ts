import type { Call, CallPattern } from "@lilux/protocol";

/** What an answer may take names and numbers from. */
export interface Sources {
  line: string;
  history: readonly { text: string; response: string; calls: readonly string[] }[];
  summary: string;
  prediction: unknown;
  /** They stand beside the router's view. */
  thresholds?: unknown;
  calls: readonly { call: Call | CallPattern; result?: unknown; error?: unknown }[];
}

/**
 * Names, numbers and files of an answer that stand nowhere in what the assistant knew: in the line,
 * the conversation, the router's view, calls and results. Numbers are compared as numbers; those
 * that count what a result lists are known, too.
 */
export function ungrounded(text: string, sources: Sources): string[] {
  const known = JSON.stringify(sources).toLowerCase();
  const numbers = new Set([...known.matchAll(NUMBERS)].map(([digits]) => Number(plain(digits))));
  for (const count of countsIn(sources.calls)) numbers.add(count);
  const missing: string[] = [];
  for (const [, name = ""] of text.matchAll(/`([^`\n]+)`/g)) {
    if (!known.includes(JSON.stringify(name).slice(1, -1).toLowerCase()) && !isToken(name, known))
      missing.push(name);
  }
  const words = text.replace(/`[^`\n]+`/g, " ");
  for (const [digits] of words.matchAll(NUMBERS)) {
    if (!numbers.has(Number(plain(digits)))) missing.push(digits);
  }
  for (const [name] of words.matchAll(
    /\b[\w-]+(?:[_/][\w-]+)+\b|\b[\w-]+\.(?:py|md|csv|json|ics|txt|log)\b/g,
  )) {
    if (!known.includes(name.toLowerCase())) missing.push(name);
  }
  return [...new Set(missing)];
}

const NUMBERS = /\d+(?:,\d{3})*(?:\.\d+)?/g;

function plain(digits: string): string {
  return digits.replaceAll(",", "");
}

/** `name=value` and calls as they are described are known by their parts. */
function isToken(name: string, known: string): boolean {
  const parts = name
    .toLowerCase()
    .split(/[\s=(),"]+/)
    .filter((part) => part !== "");
  return parts.length > 1 && parts.every((part) => known.includes(part));
}

/** Lengths of all lists in results. */
function countsIn(value: unknown): number[] {
  if (Array.isArray(value)) return [value.length, ...value.flatMap(countsIn)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(countsIn);
}
