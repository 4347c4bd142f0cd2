import type { ItemList, LibraryChange, LibraryPosition } from "@lilux/protocol";

/** `skip`: what is held has it. `apply`: what is held becomes it. `list`: neither; list anew. */
export type ChangeVerdict = "skip" | "apply" | "list";

/**
 * Decides what to do with an announcement. The version tells whether the changes lead on
 * from what is held; the position, whether they are news at all: one that was overtaken or
 * comes a second time may lead back to what was. A process that is not known, after its start
 * or beside another, is judged by the version alone.
 */
export interface ChangeFilter {
  /** What is held is this list now. */
  listed(list: Pick<ItemList, "version" | "position">): void;
  /** After `apply` the change's version counts as held, unless `listed` says otherwise. */
  judge(change: LibraryChange): ChangeVerdict;
}

/** Processes that announce one library: kiwis side by side, and those before a restart. */
const EPOCHS_MAX = 16;

export function createChangeFilter(): ChangeFilter {
  let version = "";
  /** The newest sequence heard of, by epoch; the one heard of longest ago first. */
  const newest = new Map<string, number>();

  function note({ epoch, sequence }: LibraryPosition): void {
    const before = newest.get(epoch) ?? -1;
    newest.delete(epoch);
    newest.set(epoch, Math.max(before, sequence));
    const [oldest] = newest.keys();
    if (newest.size > EPOCHS_MAX && oldest !== undefined) newest.delete(oldest);
  }

  return {
    listed(list) {
      version = list.version;
      if (list.position !== undefined) note(list.position);
    },
    judge(change) {
      const { position } = change;
      if (position !== undefined) {
        const isOld = position.sequence <= (newest.get(position.epoch) ?? -1);
        note(position);
        if (isOld) return "skip";
      }
      if (change.version === version) return "skip";
      if (change.before !== version || change.changes === undefined) return "list";
      version = change.version;
      return "apply";
    },
  };
}
