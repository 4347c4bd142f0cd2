import type { ResumePoint } from "@lilux/client";
import type { Turn } from "../state/terminal-state.ts";
import { isRecord } from "../text/result-kind.ts";

/** Browsers give a page some five million characters; the newest turns come first. */
const CHARACTERS_MAX = 2_000_000;

/** What a page needs to go on where the one before it was left. */
export interface KeptSession {
  resume: ResumePoint;
  turns: Turn[];
}

/** Kept in the tab alone, and gone with it. */
export interface SessionKeeper {
  read(): KeptSession | null;
  keep(session: KeptSession): void;
}

export function createSessionKeeper(
  storage: Pick<Storage, "getItem" | "setItem"> | null,
  owner: string,
): SessionKeeper {
  const name = `lilux.session.${owner}`;
  return {
    read() {
      try {
        const kept: unknown = JSON.parse(storage?.getItem(name) ?? "null");
        if (!isRecord(kept) || !isRecord(kept["resume"]) || !Array.isArray(kept["turns"])) {
          return null;
        }
        const { resume, turns } = kept as unknown as KeptSession;
        return { resume, turns: turns.map(restored) };
      } catch {
        return null;
      }
    },
    keep({ resume, turns }) {
      try {
        storage?.setItem(name, JSON.stringify({ resume, turns: fitting(turns) }));
      } catch {
        // Storage may be forbidden or full: then a reload begins anew.
      }
    },
  };
}

/** As many of the newest as there is room for. What a model thought is kept nowhere. */
function fitting(turns: readonly Turn[]): Turn[] {
  let left = CHARACTERS_MAX;
  const kept: Turn[] = [];
  for (const turn of turns) {
    const bare = { ...turn, thoughts: null };
    left -= JSON.stringify(bare).length;
    if (left < 0) break;
    kept.push(bare);
  }
  return kept;
}

/** A line that no server had acknowledged went with the page that sent it. */
function restored(turn: Turn): Turn {
  if (turn.phase !== "sending") return { ...turn, isRestored: turn.phase !== "ended" };
  return {
    ...turn,
    phase: "ended",
    outcome: "interrupted",
    error: {
      code: "interrupted",
      message: "The page was left before the server had taken this line. ↑ brings it back.",
      retryable: true,
    },
  };
}
