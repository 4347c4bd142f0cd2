import type { WritingFiles } from "@lilux/files";
import { filesOfItem, type LibraryAct, type LibraryHome } from "../library/library-home.ts";
import type { FileChange, LibrarySnapshot, LibraryStore } from "./library-store.ts";
import { type MirrorFolder, openMirrorFolder } from "./mirror-folder.ts";
import { createTurnstile } from "./turnstile.ts";

export interface MirroredHomeOptions {
  store: LibraryStore;
  /** The folder that holds `.ai`. */
  folder: string;
  files: WritingFiles;
}

/**
 * A library that lives elsewhere: its folder is a copy, brought in line with the place before anything
 * is read or written. What a write changes is handed to the place; where the place does not take it, the
 * folder gets back what was there before.
 */
export function createMirroredHome({ store, folder, files }: MirroredHomeOptions): LibraryHome {
  const turnstile = createTurnstile();
  let mirror: MirrorFolder | undefined;
  /** What the folder holds, as far as this process put it there. */
  let held: LibrarySnapshot | undefined;
  let trouble: Error | undefined;

  async function opened(): Promise<MirrorFolder> {
    mirror ??= await openMirrorFolder(files, folder, store.keepsHistory);
    return mirror;
  }

  /** Compares with what lies there the first time, and with what was put there from then on. */
  async function bringInLine(wanted: LibrarySnapshot): Promise<void> {
    const at = await opened();
    const before = held?.files ?? (await digestsOf(at));
    if (held?.revision === wanted.revision) return;
    const changed = [...wanted.files].filter(([path, digest]) => before.get(path) !== digest);
    const paths = changed.map(([path]) => path);
    for await (const [path, bytes] of store.read(wanted, paths)) await at.put(path, bytes);
    for (const path of before.keys()) if (!wanted.files.has(path)) await at.remove(path);
    held = wanted;
  }

  async function digestsOf(at: MirrorFolder): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    for (const path of await at.list()) {
      const bytes = await at.read(path);
      // A link, or whatever cannot be read, is no file of the place: it goes, or is put again.
      digests.set(path, bytes === undefined ? "" : store.digest(bytes));
    }
    return digests;
  }

  async function pull(): Promise<LibrarySnapshot> {
    try {
      const head = await store.head();
      await bringInLine(head);
      trouble = undefined;
      return head;
    } catch (error) {
      noteTrouble(error);
      throw error;
    }
  }

  async function open(): Promise<void> {
    try {
      await pull();
    } catch (error) {
      const known = await store.known();
      if (known === undefined) throw error;
      await bringInLine(known);
    }
  }

  async function write<T>(act: LibraryAct, work: () => Promise<T>): Promise<T> {
    const base = await pull();
    const at = await opened();
    const before = await takeBack(at, act);
    let outcome: T;
    let changes: FileChange[];
    let head: LibrarySnapshot;
    try {
      outcome = await work();
      changes = await before.changes(store.keepsHistory);
      if (changes.length === 0) return outcome;
      head = await store.commit({ base, changes, act });
    } catch (error) {
      await putBack(before);
      throw error;
    }
    noteWritten(base, changes);
    // It is there for everybody. What others changed besides is taken in now, or at the next look.
    await bringInLine(head).catch(noteTrouble);
    return outcome;
  }

  async function putBack(before: Awaited<ReturnType<typeof takeBack>>): Promise<void> {
    try {
      await before.restore();
    } catch (error) {
      // What lies there is nobody's word any more: everything is compared at the next look.
      held = undefined;
      noteTrouble(error);
    }
  }

  /** What was handed over lies in the folder already. */
  function noteWritten(base: LibrarySnapshot, changes: readonly FileChange[]): void {
    const now = new Map(held?.files);
    for (const { path, after } of changes) {
      if (after === undefined) now.delete(path);
      else now.set(path, store.digest(after));
    }
    held = { revision: `${base.revision} and one write`, files: now };
  }

  function noteTrouble(error: unknown): void {
    trouble = error instanceof Error ? error : new Error(String(error));
  }

  return {
    kind: store.kind,
    open: () => turnstile.run(open),
    refresh: () => turnstile.run(async () => void (await pull())),
    write: (act, work) => turnstile.run(() => write(act, work)),
    trouble: () => trouble,
    async close() {
      await turnstile.close();
      await store.close();
    },
  };
}

/** What an item's files were, to say what a write changed of them and to put them back. */
async function takeBack(at: MirrorFolder, act: LibraryAct) {
  const { paths, history } = filesOfItem(act.item);
  const before = new Map<string, Uint8Array | undefined>();
  for (const path of paths) before.set(path, await at.read(path));
  const names = new Set(await at.namesIn(history));
  const keptSince = async (): Promise<string[]> => {
    const now = await at.namesIn(history);
    return now.filter((name) => !names.has(name)).map((name) => `${history}/${name}`);
  };
  return {
    async changes(keepsHistory: boolean): Promise<FileChange[]> {
      const kept = keepsHistory ? await keptSince() : [];
      const changes: FileChange[] = [];
      for (const path of [...paths, ...kept]) {
        const was = before.get(path);
        const after = await at.read(path);
        if (!isSame(was, after)) changes.push({ path, before: was, after });
      }
      return changes;
    },
    async restore(): Promise<void> {
      for (const path of await keptSince()) await at.remove(path);
      for (const [path, bytes] of before) {
        if (isSame(bytes, await at.read(path))) continue;
        if (bytes === undefined) await at.remove(path);
        else await at.put(path, bytes);
      }
    },
  };
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}
