import type { Thoughts, Turn } from "../state/terminal-state.ts";
import { formatCount } from "../text/format.ts";

export interface ThoughtsViewProps {
  thoughts: Thoughts;
  /** The answer has begun, or the turn has ended without one. */
  isOver: boolean;
}

/** What a model thought before it answered: folded, since it is not the answer. As plain text, as it came. */
export function ThoughtsView({ thoughts, isOver }: ThoughtsViewProps) {
  return (
    <details class="thoughts">
      <summary>
        {isOver ? "Thoughts" : "Thinking"}
        <span class="quiet"> · {formatCount(thoughts.tokens, "token")}</span>
      </summary>
      <p class="thoughts-text" dir="auto">
        {thoughts.text}
      </p>
    </details>
  );
}

export function isAnswered({ phase, entries }: Turn): boolean {
  return phase === "ended" || entries.some(({ kind }) => kind === "text");
}
