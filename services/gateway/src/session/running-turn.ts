import type { LiluxError, TurnCommand } from "@lilux/protocol";

/** An accepted turn that has not ended, as its session holds it. */
export interface RunningTurn {
  readonly turnId: string;
  /** Passes on what the person wants; throws `unknown_call` for a confirm nobody asked for. */
  command(command: TurnCommand): void;
  /** Ends it now, with a `turn-end` that says why. */
  interrupt(reason: LiluxError): void;
  /** Stops it without a word: another gateway tells the rest. */
  release(): void;
  /** Settles when it has ended or was released. Never rejects. */
  readonly done: Promise<void>;
}
