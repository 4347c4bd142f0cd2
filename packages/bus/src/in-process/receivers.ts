import type { BusMessage } from "../bus.ts";
import { subjectMatches } from "../subject-matches.ts";

export type Answer = (result: Promise<unknown>) => void;

/** One subscription of the process. */
export interface Receiver {
  pattern: string;
  queue: string | undefined;
  /** `answer` is there when the sender waits for one. */
  take(message: BusMessage, answer: Answer | undefined): void;
}

/** Who takes a message: everybody without a queue, and one of each queue by turns. */
export interface Receivers {
  add(receiver: Receiver): void;
  remove(receiver: Receiver): void;
  of(subject: string): Receiver[];
}

export function createReceivers(): Receivers {
  const receivers = new Set<Receiver>();
  const turns = new Map<string, number>();

  function nextOf(queue: string, waiting: readonly Receiver[]): Receiver[] {
    const turn = (turns.get(queue) ?? -1) + 1;
    turns.set(queue, turn);
    const next = waiting[turn % waiting.length];
    return next === undefined ? [] : [next];
  }

  return {
    add: (receiver) => void receivers.add(receiver),
    remove: (receiver) => void receivers.delete(receiver),
    of(subject) {
      const chosen: Receiver[] = [];
      const queues = new Map<string, Receiver[]>();
      for (const receiver of receivers) {
        if (!subjectMatches(receiver.pattern, subject)) continue;
        if (receiver.queue === undefined) chosen.push(receiver);
        else queues.set(receiver.queue, [...(queues.get(receiver.queue) ?? []), receiver]);
      }
      for (const [queue, waiting] of queues) chosen.push(...nextOf(queue, waiting));
      return chosen;
    },
  };
}
