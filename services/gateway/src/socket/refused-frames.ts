import type { WebSocket } from "ws";
import { rateLimited } from "../admit/rate-limited.ts";
import type { UsedUp } from "../admit/tenants.ts";
import { createTokenBucket } from "../admit/token-bucket.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { readFrame } from "./read-frame.ts";

/** Frames of one socket that are above what their tenant may send. */
export interface RefusedFrames {
  take(data: Buffer, how: { usedUp: UsedUp; receivedAt: number }): void;
  close(): void;
}

/** Beyond so many the socket is left unread for a while: what waits then waits with who sent it. */
const REFUSED_PER_SECOND = 50;
const REFUSED_AT_ONCE = 100;
/** Shorter than any heartbeat, which is not read meanwhile either. */
const PAUSE_MS = 500;

export function createRefusedFrames(
  socket: Pick<WebSocket, "pause" | "resume">,
  writer: Pick<FrameWriter, "fail">,
): RefusedFrames {
  const flood = createTokenBucket(REFUSED_PER_SECOND, REFUSED_AT_ONCE);
  const toldKeystrokes = createTokenBucket(1, 1);
  let pause: ReturnType<typeof setTimeout> | undefined;

  function leaveUnread(): void {
    if (pause !== undefined) return;
    socket.pause();
    pause = setTimeout(() => {
      pause = undefined;
      socket.resume();
    }, PAUSE_MS);
  }

  return {
    take(data, { usedUp, receivedAt }) {
      if (!flood.take(receivedAt)) leaveUnread();
      const tell = (turnId?: string): void =>
        writer.fail(rateLimited(usedUp.limit, usedUp.waitMs), turnId);
      // Of keystrokes one a second is told: the next one says what the last did.
      const tellKeystroke = (): void => {
        if (toldKeystrokes.take(receivedAt)) tell();
      };
      if (beginsAsKeystroke(data)) return tellKeystroke();
      const read = readFrame(String(data));
      if (!read.ok) tell(read.turnId);
      else if (read.frame.type === "keystroke") tellKeystroke();
      else tell("turnId" in read.frame ? read.frame.turnId : undefined);
    },
    close() {
      clearTimeout(pause);
    },
  };
}

const HEAD_BYTES = 64;
const KEYSTROKE = /^\s*\{\s*"type"\s*:\s*"keystroke"/;

/** As our clients write them. One that begins otherwise is read to be known. */
function beginsAsKeystroke(data: Buffer): boolean {
  return KEYSTROKE.test(data.toString("latin1", 0, HEAD_BYTES));
}
