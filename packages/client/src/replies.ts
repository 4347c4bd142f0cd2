import type { ClientFrame, ErrorFrame, SessionEvent } from "@lilux/protocol";

/** Kept for want of an answer; beyond it the oldest go. */
const REPLIES_MAX = 32;

type ReplyFrame = Extract<ClientFrame, { type: "confirm" | "cancel" | "feedback" }>;

/**
 * What a person says to a running turn, until it shows in the turn's events: a yes that was on its
 * way when the connection was lost is said again, and counts once.
 */
export interface Replies {
  keep(frame: ReplyFrame, options: { sent: boolean }): void;
  /** Those to send over a new connection of the same session. */
  again(): ReplyFrame[];
  takeEvent(event: SessionEvent): void;
  /** False where it says nothing new: that what was said twice over a lost connection had arrived. */
  takeError(frame: ErrorFrame): boolean;
  /** Their session is gone. */
  clear(): void;
}

interface Kept {
  frame: ReplyFrame;
  sent: "never" | "once" | "again";
}

export function createReplies(): Replies {
  const kept = new Map<string, Kept>();
  return {
    keep(frame, { sent }) {
      // No event shows a rating.
      if (frame.type === "feedback" && sent) return;
      kept.set(keyOf(frame), { frame, sent: sent ? "once" : "never" });
      const [oldest] = kept.keys();
      if (kept.size > REPLIES_MAX && oldest !== undefined) kept.delete(oldest);
    },
    again() {
      const frames = [...kept.values()].map(({ frame }) => frame);
      for (const [key, reply] of kept) {
        if (reply.frame.type === "feedback") kept.delete(key);
        else reply.sent = reply.sent === "never" ? "once" : "again";
      }
      return frames;
    },
    takeEvent(event) {
      for (const [key, { frame }] of kept) {
        if (frame.turnId === event.turnId && isShownBy(event, frame)) kept.delete(key);
      }
    },
    takeError({ code, turnId }) {
      const ofTurn = [...kept].filter(([, { frame }]) => frame.turnId === turnId);
      const again = ofTurn.find(([, { sent }]) => sent === "again");
      const isEcho = again !== undefined && (code === "unknown_call" || code === "unknown_turn");
      // What was refused is not said again.
      const refused = isEcho ? again : ofTurn.at(-1);
      if (refused !== undefined) kept.delete(refused[0]);
      return !isEcho;
    },
    clear: () => kept.clear(),
  };
}

function isShownBy(event: SessionEvent, frame: ReplyFrame): boolean {
  if (event.type === "turn-end") return true;
  return frame.type === "confirm" && "callId" in event && event.callId === frame.callId;
}

function keyOf(frame: ReplyFrame): string {
  return JSON.stringify([frame.type, frame.turnId, frame.type === "confirm" ? frame.callId : ""]);
}
