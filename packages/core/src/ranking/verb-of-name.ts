import { splitIdentifier, stemWord } from "../text/index.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import { speaksOfFiles } from "./part-of-item.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { withAction } from "./with-action.ts";

/** May stand before what a line asks for. */
const LEAD_IN = new Set(
  (
    "please pls can could would will you we i id d ll lets let s me us want to wanna need have got like now then and so " +
    "ok okay hey hi just go ahead time for a the"
  ).split(" "),
);

/**
 * "Bump the minor version" runs what is called semver_bump, and "fix flaky test" what is called
 * fix_flaky_test: a verb that an item has in its name is what the item does, and not what is to be done
 * to it. Who changes the item itself says so with another verb, names it behind the verb ("fix
 * fix_flaky_test"), or says that it is a script, or an input of one.
 */
export function keepVerbOfName(ranked: RankedCalls, line: LineEvidence): RankedCalls {
  let changed: RankedCalls = ranked;
  for (const candidate of ranked.candidates) {
    const { call } = candidate;
    if (call.name !== "execute") continue;
    const { action, item_id, item_type } = call.arguments;
    if (action === "run" || action === "create" || item_type === "knowledge") continue;
    const item = line.items.find(
      (one) => one.callId === item_id && one.item.item_type === item_type,
    );
    if (item === undefined || !isVerbOfName(item, line.text)) continue;
    // Both changes of one item may be there: each gives its own to the run.
    const left = changed.candidates.find((other) => other.call === call);
    if (left !== undefined) changed = withAction(changed, left, { item, action: "run" });
  }
  return changed;
}

function isVerbOfName({ callId }: ItemEvidence, text: string): boolean {
  const words = splitIdentifier(text);
  const name = splitIdentifier(callId.split("/").at(-1) ?? "");
  const at = words.findIndex((word) => !LEAD_IN.has(word));
  const verb = stemWord(words[at] ?? "");
  const isOfName = name.some((word) => stemWord(word) === verb);
  return isOfName && !isNamedAfter(at, { words, name }) && !speaksOfFiles(text);
}

/** Whether the whole name stands behind a place. */
function isNamedAfter(
  at: number,
  { words, name }: { words: readonly string[]; name: readonly string[] },
): boolean {
  for (let start = at + 1; start + name.length <= words.length; start += 1) {
    if (name.every((word, step) => words[start + step] === word)) return true;
  }
  return false;
}
