import { isDeepStrictEqual } from "node:util";
import type { Call, ExecuteCall, ItemType, LoadArguments } from "@lilux/protocol";
import type { EvaluationLine, WantedCall } from "./dataset.ts";

export interface Judge {
  /** Exactly the call of the line. */
  isStrict(found: Call | null, line: EvaluationLine): boolean;
  /** The call of the line or one that would be right too. */
  isAcceptable(found: Call | null, line: EvaluationLine): boolean;
  /** Right as far as it goes, and leaves out something that the line says. */
  isPartly(found: Call | null, line: EvaluationLine): boolean;
  /** Names the item the line asks for, or one that would be right too. */
  isItem(found: Call | null, line: EvaluationLine): boolean;
  /** `isAcceptable` as far as the ranking goes: values, destination and version are filled in after it. */
  isRanked(found: Call | null, line: EvaluationLine): boolean;
}

/** Finds the item that a bare or qualified id means. */
export interface Resolver {
  resolve(itemType: ItemType, id: string): { key: string } | undefined;
}

/**
 * Says whether a call is the one a line asks for. Ids are compared by the item
 * they mean, bare or qualified; queries by their words without case; a search
 * that names no source means `local`; parameters by their values, where the wanted
 * call has any or says `{}`: older sets leave them out. `limit` is not judged.
 */
export function createJudge(library: Resolver, { itemsOnly }: { itemsOnly: boolean }): Judge {
  const same = (found: Call | null, wanted: WantedCall): boolean =>
    itemsOnly ? isSameItem(found, wanted) : isSameCall(found, wanted);

  function isSameItem(found: Call | null, wanted: WantedCall): boolean {
    if (found === null || wanted.name === null) return found === null && wanted.name === null;
    if (found.name === "search" || wanted.name === "search") return false;
    return itemOf(found) === itemOf(wanted);
  }

  function isSameCall(found: Call | null, wanted: WantedCall, isFilled = true): boolean {
    if (found === null || wanted.name === null) return found === null && wanted.name === null;
    if (found.name === "search") {
      if (wanted.name !== "search") return false;
      const [a, b] = [found.arguments, wanted.arguments];
      const isSameSource = (a.source ?? "local") === (b.source ?? "local");
      return a.item_type === b.item_type && isSameSource && wordsOf(a.query) === wordsOf(b.query);
    }
    if (wanted.name === "search" || found.name !== wanted.name) return false;
    if (itemOf(found) !== itemOf(wanted)) return false;
    if (found.name === "execute") {
      return (
        wanted.name === "execute" &&
        found.arguments.action === wanted.arguments.action &&
        (!isFilled || hasSameParameters(found, wanted))
      );
    }
    if (wanted.name !== "load" || found.arguments.source !== wanted.arguments.source) return false;
    return !isFilled || isSameCopy(found.arguments, wanted.arguments);
  }

  function itemOf(call: Exclude<Call, { name: "search" }>): string {
    const { item_type, item_id } = call.arguments;
    return library.resolve(item_type, item_id)?.key ?? `${item_type}:${item_id}`;
  }

  return {
    isStrict: (found, line) => same(found, line.call),
    isAcceptable: (found, line) => rightCalls(line).some((wanted) => same(found, wanted)),
    isPartly: (found, line) => (line.partly ?? []).some((wanted) => same(found, wanted)),
    isItem: (found, line) =>
      found !== null && rightCalls(line).some((wanted) => isSameItem(found, wanted)),
    isRanked: (found, line) =>
      rightCalls(line).some((wanted) =>
        itemsOnly ? isSameItem(found, wanted) : isSameCall(found, wanted, false),
      ),
  };
}

/** The line's own call and every other that would be right, in whole or as far as it goes. */
export function rightCalls({ call, acceptable = [], partly = [] }: EvaluationLine): WantedCall[] {
  return [call, ...acceptable, ...partly];
}

function isSameCopy(a: LoadArguments, b: LoadArguments): boolean {
  return a.destination === b.destination && a.version === b.version;
}

function hasSameParameters(found: ExecuteCall, wanted: ExecuteCall): boolean {
  const { parameters } = wanted.arguments;
  return (
    parameters === undefined || isDeepStrictEqual(found.arguments.parameters ?? {}, parameters)
  );
}

/**
 * The line as far as it can be known from its first characters: a search's
 * query is cut to the words typed so far, the last one perhaps in part, and a
 * run may have any values.
 */
export function knowableLine(line: EvaluationLine, typed: string): EvaluationLine {
  if (typed.length >= line.text.length) return line;
  return {
    ...line,
    text: typed,
    call: knowableCall(line.call, typed),
    acceptable: (line.acceptable ?? []).map((call) => knowableCall(call, typed)),
    partly: (line.partly ?? []).map((call) => knowableCall(call, typed)),
  };
}

function knowableCall(call: WantedCall, typed: string): WantedCall {
  if (call.name === "execute") {
    const { parameters: _, ...rest } = call.arguments;
    return { name: "execute", arguments: rest };
  }
  if (call.name !== "search") return call;
  const typedWords = typed
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  const lastWord = /\S$/u.test(typed) ? typedWords.at(-1) : undefined;
  const known: string[] = [];
  for (const word of call.arguments.query.split(/\s+/u)) {
    if (typedWords.includes(word.toLowerCase())) known.push(word);
    else if (lastWord !== undefined && word.toLowerCase().startsWith(lastWord))
      known.push(lastWord);
  }
  // Nothing of the query is typed yet: then it cannot be right either.
  const query = known.length === 0 ? call.arguments.query : known.join(" ");
  return { name: "search", arguments: { ...call.arguments, query } };
}

const EDGES = /^[\s"'“”‘’`([{<«,;:.!?]+|[\s"'“”‘’`)\]}>»,;:.!?]+$/gu;

/** Word by word, since punctuation around a word is not part of what is searched for. */
function wordsOf(query: string): string {
  const words = query
    .toLowerCase()
    .split(/\s+/u)
    .map((word) => word.replace(EDGES, ""));
  return words.filter((word) => word !== "").join(" ");
}
