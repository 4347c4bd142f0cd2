import { type ClientFrame, type Keystroke, LiluxError } from "@lilux/protocol";
import { createKeystrokes, type Keystrokes, type KeystrokesDeps } from "../predict/keystrokes.ts";
import { createSpeculator, type SpeculatorDeps } from "../predict/speculator.ts";
import type { Session } from "../session/session.ts";
import { type HandleFrameDeps, handleFrame } from "./handle-frame.ts";
import { createHeldKeystroke, type HeldKeystroke } from "./held-keystroke.ts";

export type FrameAfterHello = Exclude<ClientFrame, { type: "hello" }>;

export interface SessionFramesDeps
  extends HandleFrameDeps,
    Omit<KeystrokesDeps, "speculator">,
    SpeculatorDeps {}

/** The frames of one connection, from `session-start` to its end. */
export interface SessionFrames {
  /** `receivedAt`: `performance.now()` when it came. Never throws. */
  take(frame: FrameAfterHello, how: { receivedAt: number; isWithinRate: boolean }): void;
  close(): void;
}

export function createSessionFrames(
  session: Session,
  report: (thrown: unknown, turnId: string | undefined) => void,
  deps: SessionFramesDeps,
): SessionFrames {
  /** From the first frame on: most connections are idle. */
  let typing: Typing | undefined;
  let lastSeq = -1;

  function takeKeystroke(
    keystroke: Keystroke,
    how: { receivedAt: number; isWithinRate: boolean },
  ): void {
    if (keystroke.seq <= lastSeq) {
      report(regressed(keystroke.seq, lastSeq), undefined);
      return;
    }
    lastSeq = keystroke.seq;
    typing ??= createTyping(session, deps);
    typing.held.offer(keystroke, how);
  }

  return {
    take(frame, how) {
      if (frame.type === "keystroke") {
        takeKeystroke(frame, how);
        return;
      }
      typing ??= createTyping(session, deps);
      const { keystrokes, held } = typing;
      const context = { session, keystrokes, receivedAt: how.receivedAt };
      if (COMMITS.has(frame.type)) held.clear();
      handleFrame(frame, context, deps).catch((thrown: unknown) => {
        report(thrown, "turnId" in frame ? frame.turnId : undefined);
      });
    },
    close() {
      typing?.held.clear();
      typing?.keystrokes.clear();
    },
  };
}

const COMMITS: ReadonlySet<FrameAfterHello["type"]> = new Set([
  "accept",
  "choose",
  "submit",
  "ask",
]);

interface Typing {
  keystrokes: Keystrokes;
  held: HeldKeystroke;
}

function createTyping(session: Session, deps: SessionFramesDeps): Typing {
  const { limits, metrics } = deps;
  const speculator = createSpeculator(session, deps);
  const keystrokes = createKeystrokes(session, { ...deps, speculator });
  const gapMs = 1_000 / limits.session.framesPerSecondMax;
  const held = createHeldKeystroke(gapMs, keystrokes.take, () => {
    metrics.keystrokesAccepted.inc();
    metrics.keystrokesSuperseded.inc();
  });
  return { keystrokes, held };
}

function regressed(seq: number, lastSeq: number): LiluxError {
  return new LiluxError("sequence_regressed", {
    message: `keystroke: seq ${seq} does not rise; the last was ${lastSeq}. Send a larger seq.`,
    details: { field: "seq", seq, lastSeq },
  });
}
