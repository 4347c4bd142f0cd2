import { createMailbox } from "@lilux/core/async";
import { LiluxError } from "@lilux/protocol";

/**
 * Values on their way to one reader, in order. A reader that is further behind than `max` gets what
 * was kept and then `slow_reader`: never a sequence with a hole that nobody mentions.
 */
export interface Inbox<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** No more values come, but for this last one. */
  end(last?: T): void;
}

export function createInbox<T>(max: number): Inbox<T> {
  const mailbox = createMailbox<T>({ max, whenFull: "refuse" });
  let isEnded = false;
  let isBehind = false;
  function end(last?: T): void {
    isEnded = true;
    mailbox.end(last);
  }
  return {
    push(value) {
      if (isEnded || mailbox.push(value)) return;
      isBehind = true;
      end();
    },
    end,
    async *[Symbol.asyncIterator]() {
      yield* mailbox;
      if (isBehind) throw new LiluxError("slow_reader");
    },
  };
}
