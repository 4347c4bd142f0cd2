import type { KeyScores, WorkMemory } from "./work-memory.ts";

/**
 * What speaks for an item's being next, in this order. Names are the contract with the fitted
 * weights; new ones go at the end.
 */
export const WARM_FEATURES = [
  "folder",
  "top_folder",
  "text",
  "last_text",
  "near",
  "last_near",
  "touched",
  "just_done",
  "followed",
  "usual",
  "told",
] as const;
export type WarmFeature = (typeof WARM_FEATURES)[number];
export type WarmWeights = Readonly<Record<WarmFeature, number>>;

/** What must be known of a library to say what of it is next. */
export interface WarmLibrary {
  readonly size: number;
  categoryOf(key: string): string | undefined;
  /** The keys of the items in a folder and the folders in it. */
  itemsIn(folder: string): ReadonlySet<string>;
}

/** What the tenant's earlier sessions say. */
export interface WarmHabits {
  /** Which items came after an item, by their share. */
  after(key: string): KeyScores;
  /** Which items are worked with at all, by their share; the usual ones only. */
  usual(): KeyScores;
}

export const NO_HABITS: WarmHabits = { after: () => new Map(), usual: () => new Map() };

export interface WarmQuestion {
  memory: WorkMemory;
  library: WarmLibrary;
  habits: WarmHabits;
}

const FOLDERS_MAX = 6;
const FOLDER_ITEMS_MAX = 200;
const USUAL_MAX = 30;

/** The items that anything speaks for, each with its features. */
export function warmFeatures(question: WarmQuestion): Map<string, Float64Array> {
  const { memory, library, habits } = question;
  const after = memory.last === undefined ? new Map<string, number>() : habits.after(memory.last);
  const usual = habits.usual();
  const folders = tellingFolders(question);
  const rows = new Map<string, Float64Array>();
  for (const key of poolOf(question, { after, usual, folders })) {
    const category = library.categoryOf(key);
    if (category === undefined) continue;
    const [top = ""] = category.split("/");
    rows.set(
      key,
      Float64Array.of(
        folders.get(category) ?? 0,
        folders.get(top) ?? 0,
        memory.texts.get(key) ?? 0,
        memory.lastTexts.get(key) ?? 0,
        memory.near.get(key) ?? 0,
        memory.lastNear.get(key) ?? 0,
        memory.touched.get(key) ?? 0,
        memory.last === key ? 1 : 0,
        Math.sqrt(after.get(key) ?? 0),
        Math.sqrt(usual.get(key) ?? 0),
        memory.told.includes(key) ? 1 : 0,
      ),
    );
  }
  return rows;
}

/** Folders by their share of the work, weakened where most of the library lies in them: then they tell nothing. */
function tellingFolders({ memory, library }: WarmQuestion): Map<string, number> {
  const telling = new Map<string, number>();
  const all = Math.log(Math.max(2, library.size));
  for (const [folder, score] of memory.folders) {
    const items = library.itemsIn(folder).size;
    if (items === 0) continue;
    telling.set(folder, score * Math.max(0, 1 - Math.log(items) / all));
  }
  return telling;
}

function poolOf(
  { memory, library }: WarmQuestion,
  { after, usual, folders }: { after: KeyScores; usual: KeyScores; folders: KeyScores },
): Set<string> {
  const pool = new Set<string>();
  const sums = [memory.texts, memory.near, memory.lastNear, memory.touched, after];
  for (const scores of sums) for (const key of scores.keys()) pool.add(key);
  for (const key of memory.told) pool.add(key);
  for (const key of [...usual.keys()].slice(0, USUAL_MAX)) pool.add(key);
  const best = [...folders].filter(([, score]) => score > 0).sort(([, a], [, b]) => b - a);
  for (const [folder] of best.slice(0, FOLDERS_MAX)) {
    let count = 0;
    for (const key of library.itemsIn(folder)) {
      if (count >= FOLDER_ITEMS_MAX) break;
      pool.add(key);
      count += 1;
    }
  }
  return pool;
}
