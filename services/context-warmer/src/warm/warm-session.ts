import type { Clock } from "@lilux/core/async";
import { DETAIL_FULL_ABOVE } from "@lilux/core/search";
import type { ContextCandidate, TurnRecord, WarmContext } from "@lilux/protocol";
import { contextStateOf } from "../decide/context-state.ts";
import { mergeCandidates } from "../decide/merge-candidates.ts";
import { type ItemReference, isSameItem, itemOfCall } from "../decide/same-item.ts";
import {
  readWarmSignals,
  WARM_ABOVE,
  WARM_TURNS,
  type WarmSignals,
} from "../decide/warm-signals.ts";
import type { LibraryCache } from "../library/library-cache.ts";
import type { SessionMemory } from "../sessions/session-memory.ts";
import type { HitCounter } from "./count-hits.ts";
import { type DiscoverDeps, discover, discoveryQueryOf } from "./discover.ts";

export interface WarmSessionDeps {
  discovery: DiscoverDeps;
  libraries: Pick<LibraryCache, "signalsOf">;
  hits: HitCounter;
  clock: Clock;
  validMs: number;
}

export interface NewTurn {
  turn: TurnRecord;
  sequence: number;
  /** Unix ms. */
  storedAt: number;
  traceparent: string | undefined;
}

/**
 * Takes one turn into its session and says what is likely next. Undefined when
 * nothing is warm now and nothing was before: there is nothing to tell.
 */
export async function warmSession(
  session: SessionMemory,
  { turn, sequence, storedAt, traceparent }: NewTurn,
  deps: WarmSessionDeps,
): Promise<WarmContext | undefined> {
  const { clock, validMs, hits } = deps;
  const chosen = turn.chosen && itemOfCall(turn.chosen.call);
  const valid = session.candidates.filter(({ seenAt }) => clock.unix() - seenAt <= validMs);
  if (chosen !== undefined) hits.accepted(chosen, valid);
  const remembered = { sequence, storedAt, text: turn.text, item: chosen };
  session.turns = [...session.turns, remembered].slice(-WARM_TURNS);

  const signals = await signalsOf(session, turn.tenant, deps);
  const query = discoveryQueryOf(turn);
  const isWarm = signals.confidence > WARM_ABOVE || chosen !== undefined;
  const request = { tenant: turn.tenant, text: query, traceparent };
  const discovered = (isWarm ? await discover(request, deps.discovery) : undefined) ?? [];
  remembered.item ??= plainItemOf(discovered);

  const before = session.candidates;
  const now = clock.unix();
  const { kept, dropped } = mergeCandidates({ held: before, discovered, now, validMs });
  for (const entry of kept)
    entry.used ||= chosen !== undefined && isSameItem(entry.candidate, chosen);
  hits.offered(before, kept);
  hits.dropped(dropped);
  session.candidates = kept;
  session.version = sequence;
  if (kept.length === 0 && before.length === 0) return undefined;
  return contextOf(session, { turn, sequence, signals, query, now, validMs });
}

function contextOf(
  session: SessionMemory,
  facts: {
    turn: TurnRecord;
    sequence: number;
    signals: WarmSignals;
    query: string;
    now: number;
    validMs: number;
  },
): WarmContext {
  const { turn, sequence, signals, query, now, validMs } = facts;
  const candidates = session.candidates.map(({ candidate }) => candidate);
  return {
    tenant: turn.tenant,
    sessionId: turn.sessionId,
    version: sequence,
    state: contextStateOf(
      candidates,
      session.turns.map(({ item }) => item),
    ),
    confidence: signals.confidence,
    domain: signals.domain,
    query,
    candidates,
    warmedAt: now,
    expiresAt: now + validMs,
  };
}

async function signalsOf(
  { turns }: SessionMemory,
  tenant: string,
  { libraries }: WarmSessionDeps,
): Promise<WarmSignals> {
  const texts = turns.map(({ text }) => text);
  return readWarmSignals(texts, await libraries.signalsOf(tenant));
}

/** The item a turn was plainly about, though no call was committed. */
function plainItemOf([first, second]: readonly ContextCandidate[]): ItemReference | undefined {
  if (first === undefined || first.score <= DETAIL_FULL_ABOVE) return undefined;
  if (second !== undefined && second.score >= first.score) return undefined;
  return { item_type: first.item_type, item_id: first.item_id };
}
