import { createMailbox, finishWithin } from "@lilux/core/async";
import { LiluxError, type ServerFrame } from "@lilux/protocol";

const KEEP_ALIVE_MS = 15_000;

/** Frames on their way to one reader of server-sent events. */
export interface EventStream {
  /** `json` is the frame's text, where somebody has it already. */
  push(frame: ServerFrame, json?: string): void;
  /** Its reader may not read on: the last that is said is why. */
  fail(error: LiluxError): void;
  /** The text to write. Ends after the turn's end, or with an error event. */
  read(): AsyncGenerator<string>;
}

/** A reader that leaves more than `waitingBytesMax` unread is told `slow_reader` and let go. */
export function createEventStream(
  waitingBytesMax: number,
  onRefused: (error: LiluxError) => void = () => undefined,
): EventStream {
  const waiting = createMailbox<string>({
    max: waitingBytesMax,
    whenFull: "refuse",
    weigh: (text) => text.length,
  });
  let isOver = false;
  return {
    push(frame, json) {
      if (isOver) return;
      const text = textOf(frame, json);
      const isEnd = frame.type === "turn-end";
      if (!isEnd && waiting.push(text)) return;
      isOver = true;
      if (isEnd) {
        waiting.end(text);
        return;
      }
      const error = new LiluxError("slow_reader");
      onRefused(error);
      waiting.end(textOf({ type: "error", ...error.toBody() }));
    },
    fail(error) {
      if (isOver) return;
      isOver = true;
      waiting.end(textOf({ type: "error", ...error.toBody() }));
    },
    async *read() {
      const texts = waiting[Symbol.asyncIterator]();
      for (;;) {
        const next = texts.next();
        // Keeps proxies from taking a thinking orchestrator for a dead connection.
        while (!(await finishWithin(next, KEEP_ALIVE_MS))) yield ": still here\n\n";
        const { done, value } = await next;
        if (done === true) return;
        yield value;
      }
    },
  };
}

function textOf(frame: ServerFrame, json = JSON.stringify(frame)): string {
  const id = "offset" in frame ? `id: ${frame.offset}\n` : "";
  return `${id}event: ${frame.type}\ndata: ${json}\n\n`;
}
