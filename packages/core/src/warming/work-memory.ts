/** What an item has of something, by the item's key. */
export type KeyScores = ReadonlyMap<string, number>;

/**
 * What a session's turns say about the work that is coming: sums that fade with every turn. It holds
 * so many items a sum at most, so that a session is some kilobytes however long it lasts.
 */
export interface WorkMemory {
  /** What lines brought up, by how well it fits them. */
  texts: KeyScores;
  /** The same of the newest line alone. */
  lastTexts: KeyScores;
  /** What lies near the items that were worked with, by meaning. */
  near: KeyScores;
  /** What lies near the newest of them. */
  lastNear: KeyScores;
  /** The items worked with. */
  touched: KeyScores;
  /** Categories of the items worked with, and of what lines brought up, folder by folder. */
  folders: KeyScores;
  /** What was said to come next: named by the orchestrator, or steps that a plan has still to do. */
  told: readonly string[];
  /** The newest item worked with. */
  last: string | undefined;
}

/** What is learnt of one turn; a turn may bring its parts one after the other. */
export interface TurnEvidence {
  /** Items that fit the line, best first. */
  texts?: KeyScores | undefined;
  /** Items near `item`, by the cosine of their vectors. */
  near?: KeyScores | undefined;
  /** The item that was worked with. */
  item?: string | undefined;
  told?: readonly string[] | undefined;
}

/** Where an item stands: `email/outreach`. */
export type CategoryOf = (key: string) => string | undefined;

export const EMPTY_MEMORY: WorkMemory = {
  texts: new Map(),
  lastTexts: new Map(),
  near: new Map(),
  lastNear: new Map(),
  touched: new Map(),
  folders: new Map(),
  told: [],
  last: undefined,
};

const KEPT_MAX = 60;
const TOLD_MAX = 8;
/** What is left of each sum after one more turn. */
const FADE = { texts: 0.7, near: 0.9, touched: 0.85, folders: 0.75 } as const;
/** A line that only sounds like a folder says less of it than work in it. */
const FOLDER_OF_TEXT = 0.5;
/** So many of the best fitting items speak for their folders. */
const FOLDER_TEXTS = 5;
/** Below this an item says nothing any more. */
const NOTHING = 0.01;

/** One more turn has come: what was before it counts less. */
export function fadeMemory(memory: WorkMemory): WorkMemory {
  return {
    ...memory,
    texts: scaled(memory.texts, FADE.texts),
    lastTexts: new Map(),
    near: scaled(memory.near, FADE.near),
    touched: scaled(memory.touched, FADE.touched),
    folders: scaled(memory.folders, FADE.folders),
  };
}

/** Adds what is learnt of the turn that came last. */
export function addEvidence(
  memory: WorkMemory,
  { texts, near, item, told }: TurnEvidence,
  categoryOf: CategoryOf,
): WorkMemory {
  let folders = memory.folders;
  if (texts !== undefined) folders = added(folders, foldersOfTexts(texts, categoryOf));
  if (item !== undefined) folders = added(folders, foldersOf(categoryOf(item), 1));
  return {
    texts: texts === undefined ? memory.texts : added(memory.texts, texts),
    lastTexts: texts === undefined ? memory.lastTexts : largest(texts),
    near: near === undefined ? memory.near : added(memory.near, near),
    lastNear: near === undefined ? memory.lastNear : largest(near),
    touched: item === undefined ? memory.touched : added(memory.touched, new Map([[item, 1]])),
    folders,
    told: toldAfter(memory, item, told),
    last: item ?? memory.last,
  };
}

/** Each folder of `email/outreach`: `email` and `email/outreach`. */
export function foldersOf(category: string | undefined, score: number): Map<string, number> {
  const folders = new Map<string, number>();
  if (category === undefined || category === "") return folders;
  const parts = category.split("/");
  for (let depth = 1; depth <= parts.length; depth += 1) {
    folders.set(parts.slice(0, depth).join("/"), score);
  }
  return folders;
}

/** One unit, shared by the folders of what fits best. */
function foldersOfTexts(texts: KeyScores, categoryOf: CategoryOf): Map<string, number> {
  const best = [...largest(texts, FOLDER_TEXTS)];
  // Squares: what fits well counts for much more than what fits a little.
  const total = best.reduce((sum, [, score]) => sum + score ** 2, 0);
  const strongest = best[0]?.[1] ?? 0;
  let folders = new Map<string, number>();
  if (total === 0) return folders;
  for (const [key, score] of best) {
    const share = FOLDER_OF_TEXT * strongest * (score ** 2 / total);
    folders = added(folders, foldersOf(categoryOf(key), share));
  }
  return folders;
}

/** What was worked with is done, and what is told anew takes the place of what was told before. */
function toldAfter(
  { told: before }: WorkMemory,
  item: string | undefined,
  told: readonly string[] | undefined,
): readonly string[] {
  const all = told !== undefined && told.length > 0 ? told : before;
  return all.filter((key) => key !== item).slice(0, TOLD_MAX);
}

function scaled(scores: KeyScores, factor: number): Map<string, number> {
  const left = new Map<string, number>();
  for (const [key, score] of scores) if (score * factor > NOTHING) left.set(key, score * factor);
  return left;
}

function added(scores: KeyScores, more: KeyScores): Map<string, number> {
  const sum = new Map(scores);
  for (const [key, score] of more) sum.set(key, (sum.get(key) ?? 0) + score);
  return largest(sum);
}

function largest(scores: KeyScores, count = KEPT_MAX): Map<string, number> {
  const sorted = [...scores].filter(([, score]) => score > NOTHING).sort(([, a], [, b]) => b - a);
  return new Map(sorted.slice(0, count));
}
