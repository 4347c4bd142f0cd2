import type { TurnEvent } from "@lilux/protocol";

/** Passes a turn's events on, with text that comes in quick succession put together. */
export interface TextCoalescer {
  add(event: TurnEvent): void;
}

type Delta = Extract<TurnEvent, { type: "text-delta" | "thought-delta" }>;

/**
 * The first text goes at once; what follows within `waitMs` goes as one, thoughts and answer each
 * by themselves. Order is kept.
 */
export function createTextCoalescer(
  waitMs: number,
  pass: (event: TurnEvent) => void,
): TextCoalescer {
  let held: Delta | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === undefined || held.text === "") return;
    const delta = held;
    held = undefined;
    pass(delta);
  }

  function flushAndRest(): void {
    const hadText = held !== undefined && held.text !== "";
    flush();
    if (hadText) timer = setTimeout(flushAndRest, waitMs);
  }

  return {
    add(event) {
      if (event.type !== "text-delta" && event.type !== "thought-delta") {
        flush();
        pass(event);
        return;
      }
      if (held !== undefined && held.type !== event.type) flush();
      held = { ...event, text: (held?.text ?? "") + event.text };
      if (timer === undefined) flushAndRest();
    },
  };
}
