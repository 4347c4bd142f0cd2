import { LiluxError, type ServerFrame } from "@lilux/protocol";

const KEEP_ALIVE_MS = 15_000;

/** Frames on their way to one reader of server-sent events. */
export interface EventStream {
  push(frame: ServerFrame): void;
  /** The text to write. Ends after the turn's end, or with an error event. */
  read(): AsyncGenerator<string>;
}

/** A reader that leaves more than `waitingBytesMax` unread is told `slow_reader` and let go. */
export function createEventStream(waitingBytesMax: number): EventStream {
  const waiting: string[] = [];
  let bytes = 0;
  let isOver = false;
  let wake: (() => void) | undefined;

  function add(frame: ServerFrame): void {
    const id = "offset" in frame ? `id: ${frame.offset}\n` : "";
    const text = `${id}event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`;
    waiting.push(text);
    bytes += text.length;
    wake?.();
  }

  /** Resolves at the next frame, or after a while of silence. */
  async function somethingOrSilence(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, KEEP_ALIVE_MS);
    await promise;
    clearTimeout(timer);
  }

  return {
    push(frame) {
      if (isOver) return;
      add(frame);
      isOver = frame.type === "turn-end";
      if (!isOver && bytes > waitingBytesMax) {
        isOver = true;
        add({ type: "error", ...new LiluxError("slow_reader").toBody() });
      }
    },
    async *read() {
      for (;;) {
        const text = waiting.shift();
        if (text !== undefined) {
          bytes -= text.length;
          yield text;
        } else if (isOver) return;
        else {
          await somethingOrSilence();
          // Keeps proxies from taking a thinking orchestrator for a dead connection.
          if (waiting.length === 0) yield ": still here\n\n";
        }
      }
    },
  };
}
