import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { canonicalJson } from "@lilux/core/json";
import { effectChanges } from "@lilux/core/registry";
import type { StoredLibrary } from "@lilux/database";
import type { LibraryDiff, LibraryItem, LibraryItemChange } from "@lilux/protocol";
import { createTwoFilesPatch } from "diff";
import type { TextWork } from "../../texts/text-work.ts";
import { effectsOfText } from "./effects-of-text.ts";
import type { VerifiedText } from "./verified-texts.ts";

export interface LibraryStep {
  texts: TextWork;
  library: Pick<StoredLibrary, "namespace" | "name" | "version" | "changelog">;
  from: { version: string; texts: readonly VerifiedText[] } | undefined;
  to: readonly VerifiedText[];
  /** Which of the new items the tenant has itself. */
  hidden: readonly string[];
}

type SignedFacts = LibraryItemChange["said"]["from"];

/** A diff of more is not computed line by line; it is told that everything changed. */
const EDITS_MAX = 4_000;

/** What applying would change, item by item: those that may do more than now come first. */
export async function diffLibrary(step: LibraryStep): Promise<LibraryDiff> {
  const { library, from, to, hidden } = step;
  const before = new Map((from?.texts ?? []).map((text) => [keyOf(text.item), text]));
  const after = new Map(to.map((text) => [keyOf(text.item), text]));
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes: LibraryItemChange[] = [];
  for (const key of keys) {
    const change = await changeOf(step, before.get(key), after.get(key));
    if (change !== undefined) changes.push(change);
  }
  const grew = ({ effects }: LibraryItemChange): boolean => effects.some((effect) => effect.grew);
  const content = {
    library: `@${library.namespace}/${library.name}`,
    from: from?.version ?? null,
    to: library.version,
    changelog: library.changelog,
    effectsGrew: changes.some(grew),
    changes: [...changes.filter(grew), ...changes.filter((change) => !grew(change))],
    hidden: [...hidden],
    takenDown: to.filter((text) => text.takenDown).map((text) => idOf(library, text.item)),
  };
  const hashes = to.map(({ item }) => [keyOf(item), item.sha256]);
  const digest = createHash("sha256").update(canonicalJson({ content, hashes })).digest("hex");
  return { ...content, digest };
}

async function changeOf(
  { texts, library }: LibraryStep,
  before: VerifiedText | undefined,
  after: VerifiedText | undefined,
): Promise<LibraryItemChange | undefined> {
  const item = after?.item ?? before?.item;
  if (item === undefined) return undefined;
  const said = { from: factsOf(before), to: factsOf(after) };
  const isSameText = before?.item.sha256 === after?.item.sha256;
  // The same text under another licence, or from elsewhere, is another thing to agree to.
  if (isSameText && isDeepStrictEqual(said.from, said.to)) return undefined;
  const item_id = idOf(library, item);
  const changed = [await effectsOfText(texts, before), await effectsOfText(texts, after)] as const;
  return {
    change: before === undefined ? "came" : after === undefined ? "went" : "changed",
    item_type: item.item_type,
    item_id,
    from: before?.item.version ?? null,
    to: after?.item.version ?? null,
    effects: effectChanges(...changed),
    said,
    text: textDiff(item_id, before?.signed.content ?? "", after?.signed.content ?? ""),
  };
}

function factsOf(text: VerifiedText | undefined): SignedFacts {
  const { license = null, sourceRepository = null, sourceCommit = null } = text?.signed ?? {};
  return { license, repository: sourceRepository, commit: sourceCommit };
}

function textDiff(name: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(name, name, before, after, "", "", {
    context: 3,
    maxEditLength: EDITS_MAX,
  });
  return (
    patch ?? `${name}: the text is another one altogether; load both versions to compare them.`
  );
}

function keyOf({ item_type, qualified_id }: LibraryItem): string {
  return `${item_type}:${qualified_id}`;
}

function idOf({ namespace }: { namespace: string }, { qualified_id }: LibraryItem): string {
  return `@${namespace}/${qualified_id}`;
}
