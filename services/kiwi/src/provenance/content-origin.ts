import type { Effect, ItemType, Provenance } from "@lilux/protocol";
import type { ContentOrigin, ItemRecord } from "./provenance-file.ts";

const UNREADABLE = { by: "model", how: "unknown", at: new Date(0).toISOString() } as const;

/**
 * Where a text comes from. Undefined for one that nothing is on record of: a
 * person put it there by hand. What is on record of other texts of the item says
 * nothing of this one; a record that cannot be read says the worst.
 */
export function originOf(
  record: ItemRecord | undefined,
  sha256: string,
): ContentOrigin | undefined {
  if (record === undefined) return undefined;
  if (record === "unreadable") return { ...UNREADABLE, sha256, before: "destructive" };
  return record.contents.find((content) => content.sha256 === sha256);
}

/** What is told of it. */
export function provenanceOf(origin: ContentOrigin): Provenance {
  const { sha256: _sha256, before: _before, ...provenance } = origin;
  return provenance;
}

/** Whether nobody has vouched for it: written by no person, and never run with a person's yes. */
export function isUnreviewed(
  origin: Pick<ContentOrigin, "by" | "reviewed_at"> | undefined,
): boolean {
  return origin !== undefined && origin.by !== "person" && origin.reviewed_at === undefined;
}

/** The class that its history holds it at; undefined once a person has said yes to it. */
export function heldAt(origin: ContentOrigin | undefined): Effect | undefined {
  return isUnreviewed(origin) ? origin?.before : undefined;
}

const DONE = {
  created: "wrote it",
  updated: "changed it",
  pulled: "pulled it",
  copied: "copied it",
  unknown: "may have changed it (its record cannot be read)",
} as const;
const WHO = {
  person: "A person",
  model: "A model",
  directive: "A directive that was followed",
} as const;

/** A sentence for whoever is asked. */
export function tellProvenance(
  { item_type, qualified_id }: { item_type: ItemType; qualified_id: string },
  { by, how, at, namespace, version }: Provenance,
): string {
  const from =
    namespace === undefined ? "" : ` from @${namespace}, version ${version ?? "unknown"},`;
  const when = how === "unknown" ? "" : ` on ${at.slice(0, 10)}`;
  return `The ${item_type} ${qualified_id} was not run since it came here. ${WHO[by]} ${DONE[how]}${from}${when}.`;
}
