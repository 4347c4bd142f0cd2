import type { TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";

/** A turn that says one word and ends. */
export const completes: RunTurn = async function* ({ turn }): AsyncGenerator<TurnEvent> {
  const { turnId } = turn;
  yield { type: "turn-start", turnId, path: "fast" };
  yield { type: "text-delta", turnId, text: "done" };
  yield { type: "turn-end", turnId, outcome: "completed" };
};

export interface SteppedTurns {
  runTurn: RunTurn;
  /** How often a turn was begun. */
  runs(): number;
  /** Yields this from every running turn. */
  emit(event: StepEvent): void;
  /** Makes every running turn throw. */
  fail(error: Error): void;
}

type StepEvent = TurnEvent extends infer Event
  ? Event extends TurnEvent
    ? Omit<Event, "turnId">
    : never
  : never;

/** Turns that do what the test says, when it says so. */
export function steppedTurns(): SteppedTurns {
  const open = new Set<{ push(step: StepEvent | Error): void }>();
  let runs = 0;
  const runTurn: RunTurn = async function* ({ turn }, { signal }): AsyncGenerator<TurnEvent> {
    runs += 1;
    const steps: (StepEvent | Error)[] = [];
    let wake: () => void = () => undefined;
    const entry = {
      push(step: StepEvent | Error) {
        steps.push(step);
        wake();
      },
    };
    open.add(entry);
    signal.addEventListener("abort", () => entry.push(signal.reason as Error));
    try {
      for (;;) {
        const step = steps.shift();
        if (step instanceof Error) throw step;
        if (step !== undefined) {
          yield { ...step, turnId: turn.turnId } as TurnEvent;
          if (step.type === "turn-end") return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      open.delete(entry);
    }
  };
  return {
    runTurn,
    runs: () => runs,
    emit: (event) => {
      for (const entry of open) entry.push(event);
    },
    fail: (error) => {
      for (const entry of open) entry.push(error);
    },
  };
}
