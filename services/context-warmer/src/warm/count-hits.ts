import type { ContextWarmerMetrics } from "../metrics.ts";
import type { SessionMemory, WarmItem } from "../sessions/session-memory.ts";

/** Whether warming was worth it: which warm items turns were about, and which none was. */
export interface HitCounter {
  /** A turn was about this item; `folder` is where it lies, `folderBefore` where the one before it lay. */
  worked(session: SessionMemory, turn: WorkedTurn): void;
  offered(before: readonly WarmItem[], after: readonly WarmItem[]): void;
  dropped(items: readonly WarmItem[]): void;
}

export interface WorkedTurn {
  key: string;
  /** Unix ms: when the person committed it. */
  at: number;
  folder: string | undefined;
  folderBefore: string | undefined;
}

export function createHitCounter(
  metrics: Pick<
    ContextWarmerMetrics,
    "worked" | "offered" | "wasted" | "leadSeconds" | "savedSeconds"
  >,
): HitCounter {
  return {
    worked(session, { key, at, folder, folderBefore }) {
      const { warmBefore } = session;
      const match = warmBefore.find((item) => item.key === key);
      const outcome = warmBefore.length === 0 ? "cold" : match === undefined ? "miss" : "hit";
      const isSame = folderBefore === undefined || folderBefore === folder;
      metrics.worked.inc({ outcome, work: isSame ? "same" : "other" });
      if (match === undefined) return;
      metrics.leadSeconds.observe(Math.max(0, at - match.since) / 1_000);
      metrics.savedSeconds.inc(session.workMs / 1_000);
      for (const item of [match, ...session.warm]) if (item.key === key) item.used = true;
    },
    offered(before, after) {
      const known = new Set(before.map(({ key }) => key));
      metrics.offered.inc(after.filter(({ key }) => !known.has(key)).length);
    },
    dropped(items) {
      metrics.wasted.inc(items.filter(({ used }) => !used).length);
    },
  };
}
