import type { ReplicaGroup } from "@lilux/bus";
import { createMailbox } from "@lilux/core/async";
import {
  type Example,
  LiluxError,
  LOCAL_TENANT,
  type Prediction,
  type TurnCommand,
  type TurnEvent,
  type TurnRequest,
} from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { Registry } from "prom-client";
import { createCalibrations } from "../decisions/calibrations.ts";
import { createMetrics } from "../metrics.ts";
import { createRunTurn } from "../turn/run-turn.ts";
import { createReplayClock } from "./replay-clock.ts";
import { createReplayKiwi } from "./replay-kiwi.ts";
import { type AskedRound, createReplayModel } from "./replay-model.ts";

export interface PlayedExample {
  asked: AskedRound[];
  events: TurnEvent[];
}

/**
 * Takes the example's turn once more through the code that serves, with what was recorded for an
 * answer. Throws `invalid_request` where the turn goes another way than the example says.
 */
export async function playExample(example: Example): Promise<PlayedExample> {
  const answer = Promise.withResolvers<Prediction>();
  const model = createReplayModel(example, { release: answer.resolve });
  const logger = createLogger({ service: "examples", level: "silent" });
  const runTurn = createRunTurn({
    model,
    kiwi: createReplayKiwi(example.steps),
    routers: routersOf(answer.promise),
    history: {
      peek: () => example.history,
      load: async () => example.history,
      add: async () => {},
      letGo: () => undefined,
    },
    library: { start: () => {}, stop: async () => {}, of: async () => example.library.summary },
    metrics: createMetrics(new Registry()),
    logger,
    clock: createReplayClock(),
    calibrations: createCalibrations(),
    verifyWithin: { decisionMs: 60_000, verdictMs: 60_000 },
    executeWithinMs: 60_000,
    ending: new AbortController().signal,
    onEnd: () => {},
  });
  const commands = createMailbox<TurnCommand>({ max: 1, whenFull: "refuse" });
  const options = { commands, signal: new AbortController().signal };
  const events: TurnEvent[] = [];
  for await (const event of runTurn(requestOf(example), options)) events.push(event);
  const end = events.at(-1);
  if (end?.type !== "turn-end" || end.outcome !== "completed") throw gone(example, reasonOf(end));
  if (model.left() > 0) throw gone(example, `${model.left()} of its answers were not asked for`);
  return { asked: model.asked, events };
}

function requestOf({ turn, prediction, arrives, thresholds }: Example): TurnRequest {
  const base = {
    tenant: LOCAL_TENANT,
    sessionId: "example",
    turnId: "example",
    acceptedAt: 0,
  };
  return {
    turn: { ...base, ...turn },
    sequence: 1,
    thresholds,
    ...(prediction === null || arrives !== null ? {} : { prediction }),
  };
}

/** Nobody answers until the example's message is so far. */
function routersOf(answer: Promise<Prediction>): ReplicaGroup {
  return { request: () => answer, close: async () => {} };
}

function reasonOf(end: TurnEvent | undefined): string {
  return end?.type === "turn-end" ? (end.error?.message ?? end.outcome) : "it did not end";
}

function gone({ id }: Example, reason: string): LiluxError {
  const message = `Example ${id} does not play as it is written: ${reason}`;
  return new LiluxError("invalid_request", { message, details: { id } });
}
