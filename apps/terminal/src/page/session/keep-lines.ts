import { INPUTS_MAX } from "../state/terminal-state.ts";
import type { PastLine } from "../text/past-lines.ts";
import { isRecord } from "../text/result-kind.ts";

const DAYS_KEPT = 30;
const DAY_MS = 24 * 3_600_000;
/** A longer line is rather a document, and is not offered again. */
const LINE_CHARACTERS_MAX = 1_000;

/** The lines that were committed here, on this device alone. What is typed and not sent never comes here. */
export interface KeptLines {
  read(now: number): PastLine[];
  keep(lines: readonly PastLine[]): void;
}

/** `owner` tells apart those who share a device: each sees their own. */
export function createKeptLines(
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null,
  owner: string,
): KeptLines {
  const name = `lilux.lines.${owner}`;
  return {
    read(now) {
      try {
        const kept: unknown = JSON.parse(storage?.getItem(name) ?? "[]");
        if (!Array.isArray(kept)) return [];
        return kept.filter(isLine).filter(({ at }) => now - at < DAYS_KEPT * DAY_MS);
      } catch {
        return [];
      }
    },
    keep(lines) {
      try {
        const short = lines.filter(({ text }) => text.length <= LINE_CHARACTERS_MAX);
        if (short.length === 0) storage?.removeItem(name);
        else storage?.setItem(name, JSON.stringify(short.slice(-INPUTS_MAX)));
      } catch {
        // Storage may be forbidden or full: then they last as long as the page.
      }
    },
  };
}

function isLine(value: unknown): value is PastLine {
  return isRecord(value) && typeof value["text"] === "string" && typeof value["at"] === "number";
}
