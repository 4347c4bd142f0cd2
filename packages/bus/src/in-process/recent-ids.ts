interface RememberedId {
  sequence: number;
  at: number;
  /** Settles once the message is stored or failed to be. */
  stored: Promise<unknown>;
}

/** The ids of a stream's duplicate window. */
export interface RecentIds {
  find(id: string, now: number): RememberedId | undefined;
  remember(id: string, entry: RememberedId): void;
  forget(id: string): void;
}

const IDS_MAX = 1_000_000;

export function createRecentIds(windowMs: number): RecentIds {
  const ids = new Map<string, RememberedId>();

  function prune(now: number): void {
    for (const [id, entry] of ids) {
      if (now - entry.at <= windowMs && ids.size <= IDS_MAX) return;
      ids.delete(id);
    }
  }

  return {
    find(id, now) {
      prune(now);
      return ids.get(id);
    },
    remember: (id, entry) => void ids.set(id, entry),
    forget: (id) => void ids.delete(id),
  };
}
