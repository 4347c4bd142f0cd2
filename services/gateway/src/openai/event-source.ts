import { createMailbox } from "@lilux/core/async";
import { LiluxError, type ServerFrame } from "@lilux/protocol";

/** A turn's events on their way to one reader. */
export interface EventSource {
  push(frame: ServerFrame, json?: string): void;
  /** Ends after the turn's end, or with an error. */
  frames: AsyncIterable<ServerFrame>;
}

/** A reader that leaves more than `waitingBytesMax` unread is told `slow_reader` and let go. */
export function createEventSource(waitingBytesMax: number): EventSource {
  const sizes = new WeakMap<ServerFrame, number>();
  const waiting = createMailbox<ServerFrame>({
    max: waitingBytesMax,
    whenFull: "refuse",
    weigh: (frame) => sizes.get(frame) ?? 0,
  });
  return {
    frames: waiting,
    push(frame, json = JSON.stringify(frame)) {
      // One result may be larger than all that may wait.
      sizes.set(frame, Math.min(json.length, waitingBytesMax / 2));
      if (frame.type === "turn-end") waiting.end(frame);
      else if (!waiting.push(frame)) {
        waiting.end({ type: "error", ...new LiluxError("slow_reader").toBody() });
      }
    },
  };
}
