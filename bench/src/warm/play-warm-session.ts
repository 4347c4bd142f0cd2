import { randomUUID } from "node:crypto";
import { subjects } from "@lilux/bus";
import { keys } from "@lilux/context-store";
import {
  type Call,
  createParser,
  type Interaction,
  type Prediction,
  type TurnRecord,
  WarmContext,
} from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { TENANT, type WarmServices } from "./start-warm-services.ts";
import type { WarmSession, WarmTurn } from "./warm-session.ts";

/** What one line of a session met. */
export interface PlayedTurn {
  turn: WarmTurn;
  library: string;
  sessionId: string;
  /** Its place in the session; nothing can be warm before the first. */
  at: number;
  /** Said beside the session, to see what a warm context does to talk. */
  isAside: boolean;
  isSwitch: boolean;
  hasSwitch: boolean;
  /** Items that were warm when it was begun, best first. */
  warm: readonly string[];
  /** Of the item asked for among them; -1 for none, undefined for a line that means no item. */
  place: number | undefined;
  isRight: { warm: boolean; cold: boolean };
  confidence: { warm: number; cold: number };
  leads: { warm: boolean; cold: boolean };
  /** The share of the line after which the right call leads for good; 2 where it never does. */
  lockedAt: { warm: number; cold: number };
}

/** What the person is: who takes the leader where it is right, and else presses Enter. */
const THINKING_MS = 5_000;
const MS_PER_CHARACTER = 200;
const SHOW = 0.6;
const PARTS = [0.25, 0.5, 0.75, 1] as const;

const contextParser = createParser(WarmContext, "warm context");

export interface PlayOptions {
  library: string;
  /** Said at the end of the session and not sent: lines that mean no call. */
  asides: readonly string[];
  /** Whether lines are also predicted while they are typed. */
  typing: boolean;
  counts: { turns: number; ends: number };
  /** Told of the item of each line, while what is warm is still what it was before the line. */
  onItem: (call: Call, played: { isSwitch: boolean }) => void;
}

/** Plays one session through the services, as a person would, and says what was warm when. */
export async function playWarmSession(
  services: WarmServices,
  session: WarmSession,
  options: PlayOptions,
): Promise<PlayedTurn[]> {
  const { bus, store, clock } = services;
  const sessionId = randomUUID();
  const played: PlayedTurn[] = [];
  const history: string[] = [];
  const hasSwitch = session.turns.some((turn) => turn.switch === true);
  for (const [at, turn] of session.turns.entries()) {
    const { text, call, pauseSeconds = 0 } = turn;
    clock.skip(THINKING_MS + text.length * MS_PER_CHARACTER + pauseSeconds * 1_000);
    const read = await store.get(keys.context(testTenant(TENANT), sessionId));
    const isHeld = read.state === "found" && contextParser.is(read.value);
    const context = isHeld ? contextParser.parse(read.value) : undefined;
    const candidates =
      context !== undefined && context.expiresAt > clock.unix() ? context.candidates : [];
    const warm = await predictAll(services, { sessionId, turn, history, typing: options.typing });
    const cold = await predictAll(services, {
      sessionId: randomUUID(),
      turn,
      history,
      typing: options.typing,
    });
    const isSwitch = turn.switch === true;
    if (call !== null && call.name !== "search") options.onItem(call, { isSwitch });
    played.push({
      turn,
      library: options.library,
      sessionId: session.id,
      at,
      isAside: false,
      isSwitch,
      hasSwitch,
      warm: candidates.map(({ item_type, item_id }) => `${item_type}:${item_id}`),
      place:
        call === null || call.name === "search"
          ? undefined
          : candidates.findIndex((item) => isItemOf(item, call)),
      isRight: { warm: isRight(warm.whole, call), cold: isRight(cold.whole, call) },
      confidence: { warm: confidenceOf(warm.whole), cold: confidenceOf(cold.whole) },
      leads: { warm: leaderOf(warm.whole) !== null, cold: leaderOf(cold.whole) !== null },
      lockedAt: { warm: warm.lockedAt, cold: cold.lockedAt },
    });
    await commit({ turn, prediction: warm.whole });
    options.counts.turns += 1;
    options.counts.ends += 1;
    await services.taken(options.counts.turns, options.counts.ends);
    history.push(text);
  }
  for (const text of options.asides) played.push(await say(text));
  return played;

  async function say(text: string): Promise<PlayedTurn> {
    const turn: WarmTurn = { text, call: null };
    const given = { turn, history, typing: false };
    const warm = await predictAll(services, { ...given, sessionId });
    const cold = await predictAll(services, { ...given, sessionId: randomUUID() });
    return {
      turn,
      library: options.library,
      sessionId: session.id,
      at: session.turns.length,
      isAside: true,
      isSwitch: false,
      hasSwitch,
      warm: [],
      place: undefined,
      isRight: { warm: isRight(warm.whole, null), cold: isRight(cold.whole, null) },
      confidence: { warm: confidenceOf(warm.whole), cold: confidenceOf(cold.whole) },
      leads: { warm: leaderOf(warm.whole) !== null, cold: leaderOf(cold.whole) !== null },
      lockedAt: { warm: 1, cold: 1 },
    };
  }

  async function commit(given: { turn: WarmTurn; prediction: Prediction }): Promise<void> {
    const { text, call } = given.turn;
    const turnId = randomUUID();
    const base = { tenant: testTenant(TENANT), sessionId, turnId, text };
    const now = Math.round(clock.unix());
    const leader = given.prediction.candidates[0];
    const isTaken =
      call !== null &&
      leader !== undefined &&
      leader.confidence >= SHOW &&
      isRight(given.prediction, call);
    const record: TurnRecord = isTaken
      ? { ...base, kind: "accept", acceptedAt: now, chosen: leader }
      : { ...base, kind: "submit", acceptedAt: now };
    await bus.append("TURNS", subjects.turn(testTenant(TENANT), sessionId), record, { id: turnId });
    const ran = call === null ? [] : [{ callId: turnId, call, ok: true, durationMs: 1 }];
    const interaction: Interaction = {
      type: "turn",
      ...base,
      at: now,
      kind: record.kind,
      path: isTaken ? "fast" : "slow",
      context: given.prediction.context,
      predicted: [],
      routeMs: given.prediction.routeMs,
      calls: ran,
      predictionUsed: isTaken,
      response: "",
      outcome: "completed",
    };
    await bus.append("INTERACTIONS", subjects.interaction(testTenant(TENANT)), interaction, {
      id: turnId,
    });
  }
}

interface PredictedLine {
  whole: Prediction;
  lockedAt: number;
}

async function predictAll(
  { router }: WarmServices,
  given: { sessionId: string; turn: WarmTurn; history: readonly string[]; typing: boolean },
): Promise<PredictedLine> {
  const { sessionId, turn, typing } = given;
  const history = given.history.slice(-5);
  const predict = (text: string): Promise<Prediction> =>
    router.predict({ tenant: testTenant(TENANT), sessionId, seq: 0, text, history });
  const whole = await predict(turn.text);
  if (!typing) return { whole, lockedAt: isRight(whole, turn.call) ? 1 : 2 };
  let lockedAt = 2;
  for (const part of PARTS.toReversed()) {
    const prediction =
      part === 1 ? whole : await predict(turn.text.slice(0, Math.ceil(part * turn.text.length)));
    if (!isRight(prediction, turn.call)) break;
    lockedAt = part;
  }
  return { whole, lockedAt };
}

/** The call that would be offered first; null where none is meant more likely than any. */
function leaderOf({ candidates, noCallConfidence }: Prediction): Call | null {
  const [first] = candidates;
  return first === undefined || first.confidence < noCallConfidence ? null : first.call;
}

function confidenceOf({ candidates, noCallConfidence }: Prediction): number {
  return Math.max(candidates[0]?.confidence ?? 0, noCallConfidence);
}

/** Values are not judged here: what is warm says nothing of them. */
export function isRight(prediction: Prediction, wanted: Call | null): boolean {
  const found = leaderOf(prediction);
  if (found === null || wanted === null) return found === wanted;
  if (found.name === "search" || wanted.name === "search") {
    return found.name === wanted.name && found.name === "search" && wanted.name === "search"
      ? found.arguments.item_type === wanted.arguments.item_type
      : false;
  }
  if (found.name !== wanted.name || !isItemOf(found.arguments, wanted)) return false;
  const [a, b] = [found.arguments, wanted.arguments];
  return ("action" in a ? a.action : "") === ("action" in b ? b.action : "");
}

export function isItemOf(
  item: { item_type: string; item_id: string },
  call: Exclude<Call, { name: "search" }>,
): boolean {
  const wanted = call.arguments;
  if (item.item_type !== wanted.item_type) return false;
  const [a, b] = [item.item_id, wanted.item_id];
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}
