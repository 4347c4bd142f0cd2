import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

export interface ShowMoreProps<T> {
  of: readonly T[];
  /** How many are shown at first, and added by each press. */
  step: number;
  what: string;
  children(shown: readonly T[]): ComponentChildren;
}

/** A long list, a part at a time. */
export function ShowMore<T>({ of, step, what, children }: ShowMoreProps<T>) {
  const [count, setCount] = useState(step);
  const left = of.length - count;
  return (
    <>
      {children(left > 0 ? of.slice(0, count) : of)}
      {left > 0 && (
        <button type="button" class="button show-more" onClick={() => setCount(count + step)}>
          Show {Math.min(step, left)} more of {left} {what}
        </button>
      )}
    </>
  );
}
