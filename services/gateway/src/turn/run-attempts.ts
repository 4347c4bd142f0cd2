import { setTimeout as sleep } from "node:timers/promises";
import { createMailbox, type Mailbox } from "@lilux/core/async";
import {
  LiluxError,
  type Mandate,
  type TurnCommand,
  type TurnEvent,
  type TurnRequest,
} from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { readTurn } from "./read-turn.ts";
import { createTurnRetelling, type TurnRetelling } from "./turn-retelling.ts";
import {
  afterAnswer,
  afterTelling,
  mayRunAgain,
  NOTHING_TOLD,
  type TurnTold,
} from "./turn-told.ts";

const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 1_000;
/** An orchestrator that dies of this very turn is not asked for ever. */
const ATTEMPTS_WITH_EVENTS_MAX = 3;
/** Far more than one turn asks. The newest, which may be a cancel, is never the one that is dropped. */
const COMMANDS_WAITING_MAX = 256;

type ConfirmCommand = Extract<TurnCommand, { type: "confirm" }>;

export interface AttemptsOptions {
  request: TurnRequest;
  signal: AbortSignal;
  traceparent: string;
  mandate: Mandate | undefined;
  runAgainWithinMs: number;
}

export interface AttemptsDeps {
  runTurn: RunTurn;
  /** Gets each event the person has not been told. */
  tell(event: TurnEvent): void;
  onRunAgain(): void;
}

/** A turn with as many attempts as it takes and is safe. */
export interface Attempts {
  /**
   * Resolves with undefined once `turn-end` was told, else with why it was not:
   * the signal's reason, or the orchestrator's loss. Never rejects.
   */
  run(): Promise<LiluxError | undefined>;
  command(command: TurnCommand): void;
  told(): TurnTold;
  /** Whether an orchestrator has it now. */
  isRunning(): boolean;
}

export function createAttempts(options: AttemptsOptions, deps: AttemptsDeps): Attempts {
  const { request, signal, traceparent, mandate, runAgainWithinMs } = options;
  let told = NOTHING_TOLD;
  let current: { commands: Mailbox<TurnCommand>; retelling: TurnRetelling } | undefined;
  /** Answers to questions that no orchestrator has now, by the call: they wait to be asked again. */
  const kept = new Map<string, ConfirmCommand>();

  async function attempt(): Promise<{ error: LiluxError | undefined; events: number }> {
    const commands = createMailbox<TurnCommand>({
      max: COMMANDS_WAITING_MAX,
      whenFull: "dropOldest",
    });
    const retelling = createTurnRetelling(told);
    current = { commands, retelling };
    let events = 0;
    const error = await readTurn(
      () => deps.runTurn(request, { commands, signal, traceparent, mandate }),
      signal,
      (event) => {
        events += 1;
        take(event, { commands, retelling });
      },
    );
    current = undefined;
    commands.end();
    return { error, events };
  }

  function take(event: TurnEvent, { commands, retelling }: NonNullable<typeof current>): void {
    const shown = retelling.event(event);
    if (shown !== undefined) {
      told = afterTelling(told, shown);
      deps.tell(shown);
    } else if (event.type === "confirm-request") {
      const answers = [...kept.values()];
      kept.clear();
      for (const answer of answers) pass(answer, { commands, retelling });
    }
  }

  function pass(answer: ConfirmCommand, to: typeof current): void {
    const command = to?.retelling.command(answer);
    if (to === undefined || command === undefined) {
      kept.set(answer.callId, answer);
      return;
    }
    told = afterAnswer(told, answer.callId);
    to.commands.push(command);
  }

  async function run(): Promise<LiluxError | undefined> {
    let lostAt: number | undefined;
    let withEvents = 0;
    for (let tries = 0; ; tries += 1) {
      const { error, events } = await attempt();
      if (error === undefined) return undefined;
      if (signal.aborted) return LiluxError.from(signal.reason);
      if (events > 0) {
        withEvents += 1;
        lostAt = undefined;
        tries = 0;
      }
      lostAt ??= Date.now();
      const isLost = error.code === "orchestrator_unavailable";
      const isTooLate = Date.now() - lostAt > runAgainWithinMs;
      const isHopeless = withEvents >= ATTEMPTS_WITH_EVENTS_MAX;
      if (!isLost || !mayRunAgain(told) || isTooLate || isHopeless) return error;
      deps.onRunAgain();
      const waitMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** tries);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return LiluxError.from(signal.reason);
    }
  }

  return {
    run,
    command(command) {
      if (command.type === "confirm") {
        const call = told.calls.find(({ callId }) => callId === command.callId);
        if (call?.state !== "asked") throw new LiluxError("unknown_call");
        pass(command, current);
      } else current?.commands.push(command);
    },
    told: () => told,
    isRunning: () => current !== undefined,
  };
}
