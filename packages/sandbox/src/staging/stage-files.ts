import { chmod, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { abortError } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";
import type { FileBind, FileChanges } from "../runner/script-runner.ts";
import { applyChanges } from "./apply-changes.ts";
import { COPY_BYTES_MAX, COPY_ENTRIES_MAX, copyTree } from "./copy-tree.ts";
import { type Change, type PlannedChanges, planChanges } from "./plan-changes.ts";
import { readTree, type Tree } from "./read-tree.ts";

/** Copies of what a script may change, for one run. */
export interface StagedFiles {
  /** What is bound in place of the originals. */
  files: FileBind[];
  /** Once none of the script's processes is left: does what is allowed to the originals. */
  apply(keepsOut?: KeepsOut): Promise<FileChanges>;
  /** Removes the copies. */
  discard(): Promise<void>;
}

export interface StagingOptions {
  signal: AbortSignal;
  /** Whether the script is somebody else than the server, who is then root. */
  runsAsOther: boolean;
}

type KeepsOut = (bytes: Buffer) => boolean;

interface StagedFolder {
  bind: FileBind;
  copy: string;
  originals: Tree;
  copied: Tree;
}

const FOLDER_PREFIX = "lilux-staged-";
/** Longer than any run: what a process that was killed left. */
const LEFT_MS_MAX = 3 * 3_600_000;

/**
 * Copies what the script may write to, out of the project: what it makes there
 * is nowhere that a program of the host looks until it was judged. Throws
 * `permission_denied` when there is too much to copy, and what the signal was aborted with.
 */
export async function stageFiles(
  files: readonly FileBind[],
  { signal, runsAsOther }: StagingOptions,
): Promise<StagedFiles> {
  const root = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  const discard = (): Promise<void> => removeTree(root);
  const assertWanted = (): void => {
    if (signal.aborted) throw abortError(signal);
  };
  try {
    if (runsAsOther) await chmod(root, 0o711);
    const budget = { entries: COPY_ENTRIES_MAX, bytes: COPY_BYTES_MAX };
    const options = { budget, assertWanted, keepsOwners: runsAsOther };
    const staged: StagedFolder[] = [];
    for (const bind of files.filter(({ writable }) => writable)) {
      const copy = join(root, String(staged.length));
      const originals = await copyTree(bind, copy, options);
      staged.push({ bind, copy, originals, copied: await readCopy(copy, false) });
    }
    const copies = new Map(staged.map(({ bind, copy }) => [bind, copy]));
    return {
      files: files.map((bind) => {
        const copy = copies.get(bind);
        return copy === undefined ? bind : { ...bind, from: copy, hidden: [] };
      }),
      apply: (keepsOut) => applyAll(staged, { keepsOwners: runsAsOther, keepsOut }),
      discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Everything is judged before anything is done. */
async function applyAll(
  staged: readonly StagedFolder[],
  { keepsOwners, keepsOut }: { keepsOwners: boolean; keepsOut: KeepsOut | undefined },
): Promise<FileChanges> {
  const judged: { folder: StagedFolder; left: Tree; planned: PlannedChanges }[] = [];
  let bytes = 0n;
  for (const folder of staged) {
    const left = await readCopy(folder.copy, true);
    const { to, refuses } = folder.bind;
    const planned = planChanges({ copied: folder.copied, left }, (path, isNew) =>
      refuses?.(joined(to, path), isNew),
    );
    for (const change of planned.changes) {
      if (change.do === "write") bytes += left.get(change.path)?.bytes ?? 0n;
    }
    judged.push({ folder, left, planned });
  }
  if (bytes > BigInt(COPY_BYTES_MAX)) throw leftTooMuch();
  const all: FileChanges = { written: [], removed: [], refused: [] };
  for (const { folder, left, planned } of judged) {
    const { bind, copy, originals } = folder;
    const kept = await keptOut(copy, planned.changes, keepsOut);
    const changes = planned.changes.filter(({ path }) => !kept.has(path));
    const request = { changes, target: bind.from, copy, originals, left, keepsOwners };
    const done = await applyChanges(request);
    const inProject = (path: string): string => joined(bind.to, path);
    all.written.push(...done.written.map(inProject));
    all.removed.push(...done.removed.map(inProject));
    const refused = [...kept].map((path) => ({ path, reason: "holds a secret of the run" }));
    for (const { path, reason } of [...planned.refused, ...refused, ...done.refused]) {
      all.refused.push({ path: inProject(path), reason });
    }
  }
  return all;
}

/** Of what would be written, the files whose bytes must not get into the project. */
async function keptOut(
  copy: string,
  changes: readonly Change[],
  keepsOut: KeepsOut | undefined,
): Promise<Set<string>> {
  const kept = new Set<string>();
  if (keepsOut === undefined) return kept;
  for (const change of changes) {
    if (change.do !== "write") continue;
    // One that went or cannot be read is refused where it is written.
    const bytes = await readFile(join(copy, change.path)).catch(() => undefined);
    if (bytes !== undefined && keepsOut(bytes)) kept.add(change.path);
  }
  return kept;
}

function readCopy(copy: string, opensFolders: boolean): Promise<Tree> {
  return readTree(copy, { entriesMax: COPY_ENTRIES_MAX, tooLarge: leftTooMuch, opensFolders });
}

function joined(to: string, path: string): string {
  return [to, path].filter((part) => part !== "").join("/");
}

function leftTooMuch(): LiluxError {
  return new LiluxError("script_output_too_large", {
    message: `The script left more in the folders it may write to than is taken over: ${COPY_ENTRIES_MAX} files and folders, 64 levels deep, or ${COPY_BYTES_MAX / 1024 / 1024} MiB changed. Nothing of it was kept.`,
    details: { entriesMax: COPY_ENTRIES_MAX, bytesMax: COPY_BYTES_MAX },
  });
}

/** Also what its maker closed to everybody. Processes that are being ended may still write. */
async function removeTree(root: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;
  try {
    await rm(root, options);
  } catch {
    const tree = {
      entriesMax: Number.POSITIVE_INFINITY,
      tooLarge: leftTooMuch,
      opensFolders: true,
    };
    await readTree(root, tree).catch(() => undefined);
    await rm(root, options).catch(() => undefined);
  }
}

/** Removes what servers that were killed have left. */
export async function sweepStagedFiles(now: number): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const place = join(tmpdir(), name);
    const stats = await stat(place).catch(() => undefined);
    const isOwn = stats?.isDirectory() === true && stats.uid === process.getuid?.();
    if (isOwn && now - stats.mtimeMs > LEFT_MS_MAX) await removeTree(place);
  }
}
