import { undoOf } from "@lilux/client";
import { readScope } from "@lilux/core/text";
import type { Call, ItemMatch } from "@lilux/protocol";
import { type BrowseWish, browseWish } from "../text/browse-wish.ts";
import { chosenText } from "../text/call-parts.ts";
import { recentLines } from "../text/past-lines.ts";
import { shownCandidates } from "./selectors.ts";
import type { ListedItem, ShownCandidate, TerminalState, Turn } from "./terminal-state.ts";

/** One line of the list under the prompt, which ↓ can walk to. */
export type Row =
  /** A ranked call: Tab runs the first one. */
  | { kind: "call"; index: number; candidate: ShownCandidate }
  /** An item to look at: only a person who chose it runs or opens it. */
  | { kind: "match"; match: ItemMatch }
  /** A line of before, to be put into the prompt again. */
  | { kind: "recent"; text: string };

/** Everything that is listed under the line now, from the top. */
export function rowsOf(state: TerminalState): Row[] {
  if (state.line.text === "") return state.recentsOpen ? recents(state) : NONE;
  const wish = wishOf(state.line.text);
  if (wish !== null) return browsed(state, wish);
  const undo = UNDO.test(state.line.text) ? newestUndo(state.turns) : null;
  if (undo !== null) return [{ kind: "match", match: undo }];
  const candidates = shownCandidates(state);
  if (candidates.length > 0) {
    return candidates.map((candidate, index) => ({ kind: "call", index, candidate }));
  }
  return (state.prediction?.matches ?? []).map((match) => ({ kind: "match", match }));
}

const UNDO =
  /^\s*(?:undo|take (?:it|that) back|revert|undo (?:it|that|this|the last (?:change|one)|my last change))[.!]?\s*$/i;

/** The newest write of the page that can be taken back: offered, and run only by who chooses it. */
function newestUndo(turns: readonly Turn[]): ItemMatch | null {
  for (const { entries } of turns) {
    for (const entry of entries.toReversed()) {
      if (entry.kind !== "call") continue;
      const call = undoOf(entry.call, entry.result);
      if (call === null) continue;
      const effect = call.arguments.action === "delete" ? "destructive" : "write";
      return { call, effect, description: `Takes back: ${chosenText(entry.call)}` };
    }
  }
  return null;
}

/** What the line asks to look through, in words or by a sign with nothing after it. */
export function wishOf(text: string): BrowseWish | null {
  const scope = readScope(text);
  if (scope === undefined) return browseWish(text);
  if (scope.rest !== "") return null;
  switch (scope.kind) {
    case "run":
      return "runnable";
    case "item":
      return "all";
    case "type":
      return scope.type;
    case "ask":
      return "help";
  }
}

const ROWS_MAX = 60;

function browsed({ library }: TerminalState, wish: BrowseWish): Row[] {
  if (library === null || wish === "help") return NONE;
  return itemsOf(library.items, wish)
    .slice(0, ROWS_MAX)
    .map((item) => ({ kind: "match", match: matchOf(item, wish === "runnable") }));
}

/** The items that a wish is about, in the library's order. */
export function itemsOf<T extends Pick<ListedItem, "item_type">>(
  items: readonly T[],
  wish: BrowseWish,
): T[] {
  return items.filter(({ item_type }) => {
    if (wish === "runnable") return item_type !== "knowledge";
    return wish === "all" || wish === "help" || item_type === wish;
  });
}

function matchOf(item: ListedItem, isToRun: boolean): ItemMatch {
  const { description } = item;
  if (isToRun) return { call: runOf(item), effect: item.effect, description };
  return { call: openOf(item), effect: "read", description };
}

/** Opens exactly this item. */
export function openOf({ item_type, qualified_id, source }: OpenedItemName): Call {
  return { name: "load", arguments: { item_type, item_id: qualified_id, source } };
}

/** Runs exactly this item. */
export function runOf({ item_type, qualified_id }: Omit<OpenedItemName, "source">): Call {
  return { name: "execute", arguments: { item_type, item_id: qualified_id, action: "run" } };
}

type OpenedItemName = Pick<ListedItem, "item_type" | "qualified_id" | "source">;

function recents({ inputs }: TerminalState): Row[] {
  return recentLines(inputs).map((text) => ({ kind: "recent", text }));
}

const NONE: Row[] = [];
