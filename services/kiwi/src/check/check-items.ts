import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { brokenItem } from "../library/broken-item.ts";
import { findFiles } from "../library/find-files.ts";
import {
  ITEM_KINDS,
  type ItemPlace,
  isPulledPath,
  isSkippedFolder,
  itemPlaceOf,
} from "../library/item-place.ts";
import { assertName, misnamedPlaceOf } from "../library/misnamed-files.ts";
import { readItemFile } from "../library/read-item-file.ts";
import { parseItem } from "../parse/parse-item.ts";
import type { ParsedItem } from "../parse/parsed-item.ts";
import type { CheckProblem, TextProblem } from "./check-problem.ts";
import { commonProblems } from "./common-problems.ts";
import { directiveProblems, type KnownItem } from "./directive-problems.ts";
import { fileProblem, folderProblem, isMeantAsItem } from "./layout-problems.ts";
import { locate } from "./locate.ts";
import { pythonFaults } from "./python-syntax.ts";
import { scriptProblems } from "./script-problems.ts";

export interface CheckReport {
  /** The library's folder; undefined for a file on its own, which no permission can be checked of. */
  library: string | undefined;
  /** How many files were read as items. */
  items: number;
  problems: CheckProblem[];
}

export interface CheckOptions {
  /** The folder that holds the user's own `.ai`: directives may name its items, too. */
  userHome: string | undefined;
  /** Where python3 is looked for. */
  path: string;
}

interface ReadItem {
  file: string;
  place: ItemPlace;
  text: string;
  parsed: ParsedItem | undefined;
}

/**
 * What is wrong with the items of a file or folder, without an instance: what a library would list
 * as broken, and what it would take in silence. Nothing is run. Throws `invalid_request` for a path
 * at which there is nothing to check.
 */
export async function checkItems(path: string, options: CheckOptions): Promise<CheckReport> {
  const { root, within, file } = await locate(path);
  const problems: CheckProblem[] = [];
  if (root === undefined) return checkAlone(file ?? path, options);
  const { paths } = await findFiles(root);
  const isAsked = (at: string): boolean =>
    within === "" || at === within || at.startsWith(`${within}/`);
  problems.push(...(await layoutProblems(root, within)));
  const items: ReadItem[] = [];
  for (const at of paths.filter(isAsked)) {
    const place = itemPlaceOf(at) ?? misnamedPlaceOf(at);
    const misplaced = place === undefined ? fileProblem(at) : undefined;
    if (misplaced !== undefined) problems.push({ path: join(root, at), ...WHOLE, ...misplaced });
    if (place === undefined) continue;
    const item = await readItem(place, { folder: root, name: at }, problems);
    if (item !== undefined) items.push(item);
  }
  const known = [...knownItems(paths), ...(await userItems(root, options.userHome))];
  const hasLib = (await readdir(join(root, "scripts", "lib")).catch(() => [])).length > 0;
  problems.push(...(await itemProblems(items, { ...options, known, hasLib })));
  return { library: root, items: items.length, problems: problems.toSorted(byPlace) };
}

/** A file outside any library: what it is named after is not known, nor what else there is. */
async function checkAlone(file: string, options: CheckOptions): Promise<CheckReport> {
  const folder = dirname(file);
  const name = basename(file);
  const problems: CheckProblem[] = [];
  const place = await placeAlone(folder, name);
  if (place === undefined) {
    const cause = "the file is none that is read as an item";
    const fix = "A script is a .py file, a directive and a knowledge entry are .md files.";
    problems.push({ path: file, ...WHOLE, severity: "error", rule: "wrong-extension", cause, fix });
    return { library: undefined, items: 0, problems };
  }
  const item = await readItem(place, { folder, name }, problems);
  const items = item === undefined ? [] : [item];
  problems.push(...(await itemProblems(items, { ...options, known: undefined, hasLib: true })));
  return { library: undefined, items: items.length, problems };
}

/** By its ending, and a Markdown file by whether it holds a directive. */
async function placeAlone(folder: string, name: string): Promise<ItemPlace | undefined> {
  const isDirective = await readItemFile(folder, name).then(
    ({ text }) => /<directive\b/.test(text),
    () => false,
  );
  const kinds = ["scripts", isDirective ? "directives" : "knowledge"];
  const places = kinds.map((kind) => `${kind}/${name}`);
  return places.map((path) => itemPlaceOf(path) ?? misnamedPlaceOf(path)).find(isGiven);
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}

const WHOLE = { line: 1, column: 1 } as const;

/** Reads one file, and says of one that cannot be read why. */
async function readItem(
  place: ItemPlace,
  { folder, name }: { folder: string; name: string },
  problems: CheckProblem[],
): Promise<ReadItem | undefined> {
  const file = join(folder, name);
  let text = "";
  try {
    assertName(place);
    text = (await readItemFile(folder, name)).text;
    return { file, place, text, parsed: parseItem(place.item_type, text, place.item_id) };
  } catch (error) {
    const { line, column, cause, fix } = brokenItem(place, "project", error);
    problems.push({ path: file, line, column, severity: "error", rule: "broken", cause, fix });
    // Its own Python may still have something to say.
    return place.item_type === "script" && text !== ""
      ? { file, place, text, parsed: undefined }
      : undefined;
  }
}

interface ItemsContext extends CheckOptions {
  known: readonly KnownItem[] | undefined;
  hasLib: boolean;
}

async function itemProblems(
  items: readonly ReadItem[],
  { known, hasLib, path }: ItemsContext,
): Promise<CheckProblem[]> {
  // What was pulled is its publisher's to mend.
  const own = items.filter(({ place }) => !isPulledPath(place.path));
  const scripts = own.filter(({ place }) => place.item_type === "script");
  const faults = await pythonFaults(
    scripts.map(({ text }) => text),
    { path },
  );
  const faultOf = new Map(scripts.map(({ file }, at) => [file, faults[at]]));
  return own.flatMap(({ file, place, text, parsed }) => {
    const fault = faultOf.get(file);
    const found: TextProblem[] = fault === undefined ? [] : [fault];
    if (parsed !== undefined) {
      found.push(...commonProblems(text, parsed));
      if (place.item_type === "directive") found.push(...directiveProblems(text, parsed, known));
      // What Python cannot read says nothing for sure.
      if (place.item_type === "script" && fault === undefined) {
        found.push(...scriptProblems(text, parsed, { hasLib }));
      }
    }
    return found.map((problem) => ({ path: file, ...problem }));
  });
}

/** Folders and files right in `.ai`. */
async function layoutProblems(root: string, within: string): Promise<CheckProblem[]> {
  const problems: CheckProblem[] = [];
  const isAsked = (name: string): boolean => within === "" || within.split("/")[0] === name;
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const { name } = entry;
    if (!isAsked(name) || isSkippedFolder(name) || Object.hasOwn(ITEM_KINDS, name)) continue;
    const path = join(root, name);
    if (entry.isDirectory()) {
      const inside = await readdir(path, { recursive: true }).catch(() => []);
      const isMeant = inside.some((file) => isMeantAsItem(basename(file)));
      if (isMeant) problems.push({ path, ...WHOLE, ...folderProblem(name) });
    } else {
      const problem = fileProblem(name);
      if (problem !== undefined) problems.push({ path, ...WHOLE, ...problem });
    }
  }
  return problems;
}

function knownItems(paths: readonly string[]): KnownItem[] {
  return paths.flatMap((path) => itemPlaceOf(path) ?? []);
}

async function userItems(root: string, userHome: string | undefined): Promise<KnownItem[]> {
  const user = await realpath(join(userHome ?? "", ".ai")).catch(() => undefined);
  if (userHome === undefined || user === undefined || user === root) return [];
  return knownItems((await findFiles(user)).paths);
}

function byPlace(a: CheckProblem, b: CheckProblem): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column;
}
