import type { Print } from "./output/create-print.ts";
import { style } from "./output/styled.ts";

export interface RunProgress {
  /** A line that the run said. */
  line(text: string): void;
  end(): void;
  /** The lines that were shown. */
  readonly said: ReadonlySet<string>;
}

const LINES_MAX = 10_000;
const EVERY_MS = 10_000;

/** What a run says while it runs, and, where it is silent, that it still does. */
export function createRunProgress(note: Print | undefined, everyMs = EVERY_MS): RunProgress {
  const said = new Set<string>();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    note?.(style.dim(`  still running, ${seconds} s; Ctrl+C stops it`));
  }, everyMs);
  timer.unref();
  return {
    said,
    line(text) {
      if (note === undefined) return;
      note(style.dim(`  ${text}`));
      if (said.size < LINES_MAX) said.add(text);
      timer.refresh();
    },
    end: () => clearInterval(timer),
  };
}
