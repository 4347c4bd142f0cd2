import type { TurnEvent } from "@lilux/protocol";

/** Passes a turn's events on, with text that comes in quick succession put together. */
export interface TextCoalescer {
  add(event: TurnEvent): void;
}

/** The first text goes at once; what follows within `waitMs` goes as one. Order is kept. */
export function createTextCoalescer(
  waitMs: number,
  pass: (event: TurnEvent) => void,
): TextCoalescer {
  let held: { turnId: string; text: string } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === undefined || held.text === "") return;
    const { turnId, text } = held;
    held = undefined;
    pass({ type: "text-delta", turnId, text });
  }

  function flushAndRest(): void {
    const hadText = held !== undefined && held.text !== "";
    flush();
    if (hadText) timer = setTimeout(flushAndRest, waitMs);
  }

  return {
    add(event) {
      if (event.type !== "text-delta") {
        flush();
        pass(event);
        return;
      }
      held = { turnId: event.turnId, text: (held?.text ?? "") + event.text };
      if (timer === undefined) flushAndRest();
    },
  };
}
