import { digestCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import type {
  Call,
  Interaction,
  OfTenant,
  Thresholds,
  TurnCommand,
  TurnEvent,
  TurnPath,
  TurnRecord,
} from "@lilux/protocol";
import type { ShownPrediction } from "../session/prediction-memory.ts";

const RESPONSE_CHARACTERS_MAX = 64 * 1024;

type TurnInteraction = OfTenant<Extract<Interaction, { type: "turn" }>>;

/** Gathers what happened in one turn, for the journal and the log. */
export interface TurnAccount {
  add(event: TurnEvent): void;
  /** What the person said of it while it ran. */
  note(command: TurnCommand): void;
  path(): TurnPath | null;
  /** Call after `turn-end`. */
  interaction(at: number): TurnInteraction;
}

export function createTurnAccount(
  record: TurnRecord,
  shown: ShownPrediction | undefined,
  thresholds?: Thresholds,
): TurnAccount {
  const calls = new Map<string, { call: Call; ok: boolean; durationMs: number }>();
  let path: TurnPath | null = null;
  let response = "";
  let saidBeforeCalls: number | undefined;
  const confirms = { asked: 0, approved: 0, declined: 0 };
  let end: Extract<TurnEvent, { type: "turn-end" }> | undefined;

  return {
    add(event) {
      if (event.type === "turn-start") path = event.path;
      else if (event.type === "text-delta" && response.length < RESPONSE_CHARACTERS_MAX) {
        response = (response + event.text).slice(0, RESPONSE_CHARACTERS_MAX);
      } else if (event.type === "confirm-request") {
        confirms.asked += 1;
      } else if (event.type === "call-start") {
        saidBeforeCalls ??= response.length;
        calls.set(event.callId, { call: event.call, ok: false, durationMs: 0 });
      } else if (event.type === "call-end") {
        const started = calls.get(event.callId);
        if (started) calls.set(event.callId, { ...started, ...pick(event) });
      } else if (event.type === "turn-end") end = event;
    },
    note(command) {
      if (command.type !== "confirm") return;
      if (command.approve) confirms.approved += 1;
      else confirms.declined += 1;
    },
    path: () => path,
    interaction(at) {
      const { tenant, sessionId, turnId, kind, text, person } = record;
      const predicted = shown?.prediction.candidates ?? [];
      const ran = [...calls].map(([callId, call]) => ({ callId, ...call }));
      return {
        type: "turn",
        tenant,
        sessionId,
        turnId,
        at,
        ...(person === undefined ? {} : { person }),
        kind,
        text,
        path,
        context: shown?.prediction.context ?? null,
        predicted: predicted.map(({ call, confidence, confidenceOnEnter }) => ({
          call,
          confidence,
          ...(confidenceOnEnter === undefined ? {} : { confidenceOnEnter }),
        })),
        routeMs: shown?.prediction.routeMs ?? null,
        ...(thresholds === undefined ? {} : { thresholds }),
        ...(shown === undefined ? {} : { shown: shown.shown.length }),
        ...chosenOf(record, predicted),
        ...(confirms.asked === 0 ? {} : { confirms }),
        ...(saidBeforeCalls === undefined ? {} : { saidBeforeCalls }),
        ...triedIn(shown, ran),
        calls: ran,
        predictionUsed: isAmong(predicted[0]?.call, ran),
        response,
        outcome: end?.outcome ?? "interrupted",
        ...(end?.usage === undefined ? {} : { usage: end.usage }),
      };
    },
  };
}

/** Which of the predicted calls was taken with a key. */
function chosenOf(
  { chosen }: TurnRecord,
  predicted: readonly { call: Call }[],
): Pick<TurnInteraction, "chosen"> {
  if (chosen === undefined) return {};
  const digest = digestCall(chosen.call);
  const place = predicted.findIndex(({ call }) => digestCall(call) === digest);
  return place === -1 ? {} : { chosen: place };
}

/** Who predicted, and how a model that is tried beside it would have done: no call of that one is kept. */
function triedIn(
  shown: ShownPrediction | undefined,
  ran: readonly { call: Call }[],
): Pick<TurnInteraction, "model" | "shadow"> {
  if (shown === undefined) return {};
  const { model, shadow, candidates, noCallConfidence } = shown.prediction;
  const told = model === undefined ? {} : { model };
  if (shadow === undefined) return told;
  const [first] = candidates;
  const leads = first !== undefined && confidenceOnEnter(first) >= noCallConfidence;
  const digest = shadow.leader?.digest;
  const isSame = digest === (leads ? digestCall(first.call) : undefined);
  const hasRun = ran.some(({ call }) => digestCall(call) === digest);
  const confidence = shadow.leader?.confidence ?? null;
  return { ...told, shadow: { model: shadow.model, confidence, isSame, ran: hasRun } };
}

function pick({ ok, durationMs }: { ok: boolean; durationMs: number }) {
  return { ok, durationMs };
}

function isAmong(leader: Call | undefined, ran: readonly { call: Call }[]): boolean {
  if (leader === undefined) return false;
  const digest = digestCall(leader);
  return ran.some(({ call }) => digestCall(call) === digest);
}
