import { type Bus, isOfSubject, type StreamMessage, type Subscription, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { packQuantised, quantise } from "@lilux/core/embedding";
import { lessonsOfTurn } from "@lilux/core/learning";
import { signatureOfCall } from "@lilux/core/ranking";
import { boundLine } from "@lilux/core/text";
import {
  createParser,
  Interaction,
  type Lesson,
  LiluxError,
  type OfTenant,
  type Tenant,
} from "@lilux/protocol";
import type { Engine } from "../predict/engine.ts";
import type { EngineSlot } from "../predict/engine-slot.ts";

export interface LearnFromTurnsDeps {
  bus: Bus;
  slot: Pick<EngineSlot, "borrow">;
  clock: Clock;
  /** Whether a tenant has agreed that what its people send is learnt from. */
  mayLearn(tenant: Tenant): boolean;
}

const DURABLE = "router-lessons";
const IN_FLIGHT_MAX = 4;
const REFERENCE_MAX = 0.3;
const READ_DEADLINE_MS = 20_000;
/** Whoever did not say, in a library nobody has keys for. */
const SOMEBODY = "somebody";

const parser = createParser(Interaction, "an interaction", "internal");
type Turn = OfTenant<Extract<Interaction, { type: "turn" }>>;

/**
 * Turns what people sent, and what came of it, into lessons. Of all routers one does it for each turn;
 * all of them hear of it. Only turns that are stored are read: what was typed and not sent is not there.
 */
export function learnFromTurns(deps: LearnFromTurnsDeps): Promise<Subscription> {
  const { bus, clock } = deps;
  return bus.consume("INTERACTIONS", (message) => onInteraction(message, deps), {
    durable: DURABLE,
    inFlightMax: IN_FLIGHT_MAX,
    startAt: clock.unix(),
  });
}

async function onInteraction(
  { body, subject }: StreamMessage,
  deps: LearnFromTurnsDeps,
): Promise<void> {
  // The stream holds decisions of the tool core as well.
  if (!parser.is(body) || !isOfSubject(body, subject) || !deps.mayLearn(body.tenant)) return;
  if (body.type === "turn") {
    const lessons = await lessonsOf(body, deps);
    for (const [at, lesson] of lessons.entries()) {
      await store(body.tenant, lesson, `${body.sessionId}:${body.turnId}:${at}`, deps);
    }
    if (lessons.length > 0) deps.bus.publish(subjects.learnt(body.tenant), {});
  } else if (body.rating === "down") {
    const { turnId, at, sessionId } = body;
    await store(
      body.tenant,
      { type: "refuted", turnId, at },
      `${sessionId}:${turnId}:refuted`,
      deps,
    );
    deps.bus.publish(subjects.learnt(body.tenant), {});
  }
}

async function store(
  tenant: Tenant,
  lesson: Lesson,
  id: string,
  { bus }: LearnFromTurnsDeps,
): Promise<void> {
  await bus.append("LESSONS", subjects.lesson(tenant), lesson, { id });
}

async function lessonsOf(turn: Turn, { slot, clock }: LearnFromTurnsDeps): Promise<Lesson[]> {
  const taught = lessonsOfTurn(turn);
  if (taught.length === 0) return [];
  const borrowed = slot.borrow();
  try {
    const { engine } = borrowed;
    const named = await nameCalls(turn.tenant, taught, engine);
    if (named.length === 0) return [];
    const { embedding, reference } = await engine.model.readLine(boundLine(turn.text), {
      tenant: turn.tenant,
      purpose: "embedding",
      deadlineAt: clock.unix() + READ_DEADLINE_MS,
    });
    // What a line means that points back is not in the line.
    if (embedding === undefined || reference > REFERENCE_MAX) return [];
    const { vectors, scales } = packQuantised([quantise(embedding)], embedding.length);
    const { turnId, at, person = SOMEBODY } = turn;
    const base = { type: "line", person, turnId, at, model: engine.modelKey } as const;
    const line = { ...base, vector: vectors, scale: scales?.[0] ?? 0 };
    return named.map((call) => ({ ...line, ...call }));
  } finally {
    borrowed.giveBack();
  }
}

/** What calls ask for, by the keys of their items; a call of an item that is gone teaches nothing. */
async function nameCalls(
  tenant: Tenant,
  taught: ReturnType<typeof lessonsOfTurn>,
  { libraries }: Engine,
): Promise<{ signature: string; right: boolean }[]> {
  await libraries.listed(tenant);
  const { library } = libraries.of(tenant);
  if (library === undefined) throw new LiluxError("kiwi_unavailable");
  const named = taught.flatMap(({ call, right }) => {
    const given = call?.arguments;
    const key =
      given !== undefined && "item_id" in given
        ? library.resolve(given.item_type, given.item_id)?.key
        : undefined;
    const signature = signatureOfCall(call, key);
    return signature === undefined ? [] : [{ signature, right }];
  });
  const meant = new Set(named.filter(({ right }) => right).map(({ signature }) => signature));
  // Another value for the same call: what the line asks for was offered rightly.
  return named.filter(({ signature, right }) => right || !meant.has(signature));
}
