import { splitIdentifier } from "../text/index.ts";
import { changesItem } from "./changes-item.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { withAction } from "./with-action.ts";

/** What items are made of, as their files name it. */
const PARTS =
  /^(?:inputs?|parameters?|params?|arguments?|args?|options?|flags?|switch(?:es)?|fields?|steps?|actions?|permissions?|grants?|tags?|examples?|defaults?|descriptions?|titles?|sections?|paragraphs?|sentences?|lines?|words?|prerequisites?|dependenc(?:y|ies)|checks?|outputs?|columns?|rows?|mentions?|warnings?|notes?|comments?|links?|typos?)$/;
/** Of those, what is nothing else but a part of a file. */
const FILE_PARTS =
  /^(?:inputs?|parameters?|steps?|defaults?|descriptions?|examples?|tags?|sections?|paragraphs?|permissions?|typos?)$/;
const KINDS = /^(?:scripts?|tools?|directives?|knowledge|entry|entries|documents?|docs?|items?)$/;

/** Whether a line speaks of the library's own files: of an item as such, or of what it is made of. */
export function speaksOfFiles(text: string): boolean {
  return splitIdentifier(text).some((word) => PARTS.test(word) || KINDS.test(word));
}

const BELONGS = new Set(["from", "of", "in", "inside", "within", "at"]);
/** "get rid of X" takes X, not a part of it. */
const TAKES_WHOLE = new Set(["rid", "dispose", "copy", "copies", "version", "all", "instance"]);
const IGNORED = new Set(
  "the a an my our this that its step please script directive tool knowledge entry".split(" "),
);

/** Where items are, which is no part of one. */
const PLACES = new Set("project library user registry here there folder team store".split(" "));

/**
 * "Remove the input X from Y" changes Y. What stands behind "from" or "of" is what something is
 * taken away from, so a deletion of it is not what was said, and would be the worse mistake. Nor is it
 * where the verb leaves the thing there: "rename", "add", "change X in Y to Z".
 */
export function keepWhole(ranked: RankedCalls, line: LineEvidence): RankedCalls {
  let changed: RankedCalls = ranked;
  for (const candidate of ranked.candidates) {
    const { call } = candidate;
    if (call.name !== "execute" || !/^(?:delete|run)$/.test(call.arguments.action)) continue;
    const item = line.items.find(
      ({ callId, item: { item_type } }) =>
        callId === call.arguments.item_id && item_type === call.arguments.item_type,
    );
    if (item === undefined) continue;
    const isChange = changesItem(line.text, item.callId);
    const isMeant =
      call.arguments.action === "run"
        ? isChange && isFilePartOf(item, line.text)
        : isChange || isPartMeant(item, line.text);
    // Both calls of one item may be there: each gives its own to the update.
    const left = changed.candidates.find((other) => other.call === call);
    if (isMeant && left !== undefined)
      changed = withAction(changed, left, { item, action: "update" });
  }
  return changed;
}

/**
 * "Add a step to Y" changes the file of Y and does not run it. Where Y itself takes steps, by its name or an input, nobody
 * can tell.
 */
function isFilePartOf(item: ItemEvidence, text: string): boolean {
  // "ann@example.org" speaks of no example.
  const words = splitIdentifier(text.replace(/\S*[@/]\S*|\S+\.\S+/gu, " "));
  const at = placeOf(item, words);
  if (at === undefined) return false;
  let before = at - 1;
  while (before >= 0 && IGNORED.has(words[before] ?? "")) before -= 1;
  const link = words[before] ?? "";
  if (link !== "to" && !BELONGS.has(link)) return false;
  const { inputs } = item.item;
  const own = [item.callId, ...inputs.map(({ name }) => name)].flatMap(splitIdentifier);
  const isOwn = (word: string): boolean => own.some((each) => singular(each) === singular(word));
  return words.slice(0, before).some((word) => FILE_PARTS.test(word) && !isOwn(word));
}

function singular(word: string): string {
  return word.replace(/s$/u, "");
}

function isPartMeant(item: ItemEvidence, text: string): boolean {
  const words = splitIdentifier(text);
  const at = placeOf(item, words);
  if (at === undefined) return isPartOfUnnamed(words);
  let before = at - 1;
  while (before >= 0 && IGNORED.has(words[before] ?? "")) before -= 1;
  const inputs = new Set(item.item.inputs.flatMap(({ name }) => splitIdentifier(name)));
  const isPart = (word: string): boolean => PARTS.test(word) || inputs.has(word);
  // "Y's input X": the part stands behind.
  if (words.slice(at).some((word) => /^(?:inputs?|parameters?|options?|steps?)$/.test(word)))
    return true;
  if (!BELONGS.has(words[before] ?? ""))
    return (
      words.slice(0, at).some((word) => PARTS.test(word)) &&
      before >= 0 &&
      isPart(words[before] ?? "")
    );
  if (TAKES_WHOLE.has(words[before - 1] ?? "")) return false;
  return words.slice(1, before).some((word) => !IGNORED.has(word));
}

/** "remove the paragraph about dogs from the page on moorings": the item is said in other words than its id's. */
function isPartOfUnnamed(words: readonly string[]): boolean {
  const part = words.findIndex((word, at) => at > 0 && PARTS.test(word));
  if (part === -1 || KINDS.test(words[part + 1] ?? "")) return false;
  const belongs = words.findIndex((word, at) => at > part && BELONGS.has(word));
  const rest = words.slice(belongs + 1).filter((word) => !IGNORED.has(word));
  return belongs !== -1 && rest.length > 0 && !rest.every((word) => PLACES.has(word));
}

function placeOf({ callId }: ItemEvidence, words: readonly string[]): number | undefined {
  const id = splitIdentifier(callId.split("/").at(-1) ?? "");
  for (let at = 0; at + id.length <= words.length; at += 1) {
    if (id.every((word, step) => words[at + step] === word)) return at;
  }
  return undefined;
}
