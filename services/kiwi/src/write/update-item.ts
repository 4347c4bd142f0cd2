import { join } from "node:path";
import { type Circumstance, weakenings } from "@lilux/core/consent";
import { putFile } from "@lilux/files";
import { itemBroken } from "@lilux/library-index";
import { LiluxError } from "@lilux/protocol";
import { DRAFT_TAG } from "../compose/draft-fields.ts";
import type { Findings } from "../consent/require-consent.ts";
import { fieldProblem } from "../files/field-problem.ts";
import { factsOfItem } from "../library/facts-of-item.ts";
import type { ItemPlace } from "../library/item-place.ts";
import { hashText } from "../library/read-item-file.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { originOf } from "../provenance/content-origin.ts";
import { type ItemRecord, readRecord } from "../provenance/provenance-file.ts";
import { changesLately, rememberWrite } from "../provenance/remember.ts";
import type { TextWork } from "../texts/text-work.ts";
import { abilitiesOf } from "./abilities-of.ts";
import { keepVersion } from "./history.ts";
import { type CurrentFile, readCurrent } from "./read-current.ts";
import type { WriteParameters } from "./read-parameters.ts";
import { restoredText } from "./restored-text.ts";
import type { PlannedWrite, WriteContext, WriteOutcome } from "./write-context.ts";
import { ensureRoot, existingTarget, type WriteTarget } from "./write-target.ts";

/** Changes of one item within an hour by others than persons; more of them ask. */
const CHANGES_AN_HOUR_MAX = 10;

/** A changed item. What it was before is kept; a change that changes nothing says so. */
export function planUpdate(context: WriteContext, parameters: WriteParameters): PlannedWrite {
  const { place, fields, expectedSha256 } = parameters;
  const evenBroken = fields === undefined;
  const target = existingTarget(context.library, context.given, { place, evenBroken });
  let text = "";
  let base = "";
  return {
    item: target.place,
    folder: target.folder,
    async check() {
      assertOwn(target);
      const root = await ensureRoot(context.files, target);
      const current = await readCurrent(root, target.place);
      base = current.contentHash;
      if (expectedSha256 !== undefined) assertSame(target, current, expectedSha256);
      text = await changedText(target, parameters, current);
      return findingsOf(context, target, { root, current, text });
    },
    commit: () => commitUpdate(context, target, { text, base }),
  };
}

/** What was pulled is signed by its publisher: changed by a letter, it would be refused. */
function assertOwn({ place }: WriteTarget): void {
  if (!place.qualified_id.startsWith("@")) return;
  throw fieldProblem(
    "item_id",
    "names an item that was pulled from the registry and is its publisher's; create your own under another id",
  );
}

async function changedText(
  target: WriteTarget,
  { content, restore, fields }: WriteParameters,
  current: CurrentFile,
): Promise<string> {
  const { item_type, item_id } = target.place;
  const { texts } = target.folder;
  if (content !== undefined) return texts.run("checkedContent", item_type, item_id, content);
  if (restore !== undefined) return restoredText(target, restore);
  if (current.text === undefined || fields === undefined) throw unreadable(target);
  return texts.run("composeUpdate", current.text, item_id, fields);
}

function unreadable({ source, place }: WriteTarget): LiluxError {
  const { item_type, item_id, path } = place;
  const fix = "Send the whole file as content.";
  const cause = "it is not text";
  return itemBroken(
    { item_type, item_id },
    { item_type, source, path, line: 1, column: 1, cause, fix },
  );
}

interface Change {
  root: string;
  current: CurrentFile;
  text: string;
}

/** What a person is asked about: how the item may do more, or something else, afterwards. */
async function findingsOf(
  { library, by, clock }: WriteContext,
  { place, source, folder }: WriteTarget,
  { root, current, text }: Change,
): Promise<Findings> {
  const item = library.itemAt(source, place.path);
  const contents = [current.contentHash];
  if (current.text === text) return { item, contents };
  const record = await readRecord(root, place.path);
  const after = await readText(folder.texts, { place, text });
  const before = await readIfPossible(folder.texts, { place, text: current.text ?? "", record });
  const changes =
    before === undefined
      ? // A person mends what they see; nobody else says what it was.
        by === "person"
        ? []
        : ["replaces a file that cannot be read as an item"]
      : weakenings(abilitiesOf(place.item_type, before), abilitiesOf(place.item_type, after));
  const circumstances: Circumstance[] = changes.length === 0 ? [] : ["weakens"];
  const isOften = by !== "person" && changesLately(record, clock.unix()) >= CHANGES_AN_HOUR_MAX;
  if (isOften) circumstances.push("many_updates");
  return { item, contents, circumstances, changes };
}

interface TextToRead {
  place: ItemPlace;
  text: string;
  record?: ItemRecord | undefined;
}

/** Undefined for what is no item; that nobody had time to read it says nothing of it. */
async function readIfPossible(texts: TextWork, given: TextToRead) {
  try {
    return await readText(texts, given);
  } catch (error) {
    if (error instanceof ParseFailure) return undefined;
    throw error;
  }
}

async function readText(texts: TextWork, { place, text, record }: TextToRead) {
  const contentHash = hashText(text);
  const parsed = await texts.run("parseItem", place.item_type, text, place.item_id);
  const facts = factsOfItem({ ...place, contentHash }, parsed, originOf(record, contentHash));
  return { text, parsed, facts };
}

async function commitUpdate(
  { files: plain, by, clock }: WriteContext,
  target: WriteTarget,
  { text, base }: { text: string; base: string },
): Promise<WriteOutcome> {
  const { place, source, folder } = target;
  const files = target.folder.filesOf(plain);
  const root = await ensureRoot(files, target);
  const current = await readCurrent(root, place);
  assertSame(target, current, base);
  const outcome = { source, path: place.path, qualified_id: place.qualified_id };
  if (current.text === text) {
    const note = "The file already says exactly this; nothing was written.";
    return { ...outcome, changed: false, content_hash: current.contentHash, note };
  }
  const kept = { root, place, bytes: current.bytes, now: clock.unix() };
  const kept_version = await keepVersion(files, kept);
  const after = await readText(folder.texts, { place, text });
  const record = await readRecord(root, place.path);
  const before = await readIfPossible(folder.texts, { place, text: current.text ?? "", record });
  await rememberWrite(files, {
    root,
    path: place.path,
    sha256: hashText(text),
    by,
    how: "updated",
    now: clock.unix(),
    effect: after.facts.own.effect,
    before: before?.facts.own.effect ?? "destructive",
  });
  const path = join(root, place.path);
  await putFile(files, { path, text, mode: current.mode, as: "replacement" });
  const { tags } = after.parsed;
  const draft = tags.includes(DRAFT_TAG) && { draft: true as const };
  return { ...outcome, changed: true, content_hash: hashText(text), kept_version, ...draft };
}

/** Nobody's change is lost unseen: what a change was based on must still be there. */
export function assertSame(
  { place, source }: WriteTarget,
  { contentHash }: CurrentFile,
  expected: string,
): void {
  if (contentHash === expected) return;
  throw new LiluxError("item_conflict", {
    message: `The ${place.item_type} ${place.qualified_id} is not what the change was based on: somebody changed it meanwhile. Load it again, apply the change to that, and call with a new call id.`,
    details: { field: "expectedSha256", source, expected, actual: contentHash },
  });
}
