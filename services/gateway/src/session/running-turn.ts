import type { ConfirmRequest, LiluxError, TurnCommand } from "@lilux/protocol";

/** An accepted turn that has not ended, as its session holds it. */
export interface RunningTurn {
  readonly turnId: string;
  /** Whose it is, as far as credentials tell people apart. */
  readonly person: string | undefined;
  /** Its calls that wait for a person's yes. */
  questions(): readonly ConfirmRequest[];
  /** The question to approvers that a call of it waits for, if it waits for one. */
  approvalOf(callId: string): string | undefined;
  /** Passes on what the person wants; throws `unknown_call` for a confirm nobody asked for. */
  command(command: TurnCommand): void;
  /** Ends it now, with a `turn-end` that says why. */
  interrupt(reason: LiluxError): void;
  /** Stops it without a word: another gateway tells the rest. */
  release(): void;
  /** Settles when it has ended or was released. Never rejects. */
  readonly done: Promise<void>;
}
