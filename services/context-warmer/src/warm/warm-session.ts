import type { Clock } from "@lilux/core/async";
import {
  addEvidence,
  EMPTY_MEMORY,
  fadeMemory,
  type KeyScores,
  type LikelyNext,
  type WarmHabits,
  type WarmLibrary,
} from "@lilux/core/warming";
import type { ContextCandidate, DiscoverResult, Tenant, WarmContext } from "@lilux/protocol";
import { contextStateOf } from "../decide/context-state.ts";
import type { ItemReference } from "../decide/same-item.ts";
import {
  readWarmSignals,
  WARM_ABOVE,
  WARM_TURNS,
  type WarmSignals,
} from "../decide/warm-signals.ts";
import type { Holding } from "../library/holding.ts";
import type { LibraryCache } from "../library/library-cache.ts";
import type { RememberedTurn, SessionMemory, WarmItem } from "../sessions/session-memory.ts";
import type { HitCounter } from "./count-hits.ts";
import { type DiscoverDeps, discover } from "./discover.ts";

export interface WarmSessionDeps {
  discovery: DiscoverDeps;
  libraries: Pick<LibraryCache, "of">;
  habitsOf(tenant: Tenant): WarmHabits;
  likelyNext: LikelyNext;
  hits: HitCounter;
  clock: Clock;
  validMs: number;
}

/** A turn, or what became of one, as far as warming needs it. */
export interface Happening {
  tenant: Tenant;
  sessionId: string;
  /** Of the context that is made of it. */
  version: number;
  traceparent: string | undefined;
}

export interface NewTurn extends Happening {
  turn: RememberedTurn;
  /** The item was loaded to be read, or to be run next. */
  isLoad: boolean;
}

export interface EndedTurn extends Happening {
  turnId: string;
  at: number;
  /** What was worked with, in order. */
  items: readonly ItemReference[];
  isLoad: boolean;
  /** What the orchestrator wrote. */
  response: string;
}

/** As many of the best come with their schema. */
const SCHEMAS_MAX = 7;

/**
 * Takes one turn into its session and says what is likely next. Undefined when
 * nothing is warm now and nothing was before: there is nothing to tell.
 */
export async function warmSession(
  session: SessionMemory,
  given: NewTurn,
  deps: WarmSessionDeps,
): Promise<WarmContext | undefined> {
  const { turn } = given;
  const library = await deps.libraries.of(given.tenant);
  const wasWarm = session.warm.length > 0;
  expire(session, deps);
  session.warmBefore = session.warm;
  session.turns = [...session.turns, turn].slice(-WARM_TURNS);
  session.work = fadeMemory(session.work);
  const signals = signalsOf(session, library);
  // In the middle of work the shortest line may be about it; before, only what speaks of the library is.
  const isWork = turn.item !== undefined || session.warm.length > 0;
  const isWarm = isWork || signals.confidence > WARM_ABOVE;
  const { tenant, traceparent } = given;
  const question = { tenant, text: turn.text, near: turn.item, traceparent };
  const found = isWarm ? await discover(question, deps.discovery) : undefined;
  learnOf(session, { library, found, item: turn.item, at: turn.storedAt }, deps);
  const context = tell(session, { given, library, signals, found, isLoad: given.isLoad }, deps);
  return context.candidates.length > 0 || wasWarm ? context : undefined;
}

/**
 * Takes in what became of a turn: the items it worked with where nobody chose one beforehand, and
 * what the orchestrator named. Undefined when that is nothing new.
 */
export async function endTurn(
  session: SessionMemory,
  given: EndedTurn,
  deps: WarmSessionDeps,
): Promise<WarmContext | undefined> {
  const turn = session.turns.findLast(({ turnId }) => turnId === given.turnId);
  // Of a turn that is long over nothing is next.
  if (turn === undefined || turn !== session.turns.at(-1)) return undefined;
  const library = await deps.libraries.of(given.tenant);
  const isKnown = turn.item !== undefined;
  const done = isKnown ? [] : given.items;
  const doneKeys = new Set(given.items.map((item) => keyOf(item, library)));
  const named = library?.namedIn(given.response) ?? [];
  const told = named.filter((key) => !doneKeys.has(key));
  if (done.length === 0 && told.length === 0) return undefined;
  expire(session, deps);
  let found: Awaited<ReturnType<typeof discover>>;
  for (const item of done) {
    turn.item = item;
    const question = { tenant: given.tenant, text: "", near: item, traceparent: given.traceparent };
    found = await discover(question, deps.discovery);
    learnOf(
      session,
      { library, found: found && { ...found, candidates: [] }, item, at: turn.storedAt },
      deps,
    );
  }
  session.work = addEvidence(session.work, { told }, libraryOr(library).categoryOf);
  const signals = signalsOf(session, library);
  return tell(session, { given, library, signals, found, isLoad: given.isLoad }, deps);
}

/** After its time nothing is warm any more, and what was done then says nothing of what is next. */
function expire(session: SessionMemory, { clock, hits }: WarmSessionDeps): void {
  if (session.warm.length === 0 || clock.unix() <= session.expiresAt) return;
  hits.dropped(session.warm);
  session.warm = [];
  session.work = EMPTY_MEMORY;
}

interface Learnt {
  library: Holding | undefined;
  found: (DiscoverResult & { tookMs: number }) | undefined;
  item: ItemReference | undefined;
  at: number;
}

function learnOf(
  session: SessionMemory,
  { library, found, item, at }: Learnt,
  { hits }: Pick<WarmSessionDeps, "hits">,
): void {
  const { categoryOf } = libraryOr(library);
  const key = item && keyOf(item, library);
  if (key !== undefined) {
    const [folder, folderBefore] = [key, session.work.last].map((one) =>
      topFolderOf(one, categoryOf),
    );
    hits.worked(session, { key, at, folder, folderBefore });
  }
  const texts = found && scoresOf(found.candidates, ({ score }) => score, library);
  const near = found?.near && scoresOf(found.near, ({ cosine }) => cosine, library);
  session.work = addEvidence(session.work, { texts, near, item: key }, categoryOf);
}

function scoresOf<T extends ItemReference>(
  found: readonly T[],
  scoreOf: (item: T) => number,
  library: Holding | undefined,
): KeyScores {
  return new Map(found.map((item) => [keyOf(item, library), scoreOf(item)]));
}

interface Told {
  given: Happening;
  library: Holding | undefined;
  signals: WarmSignals;
  found: (DiscoverResult & { tookMs: number }) | undefined;
  isLoad: boolean;
}

function tell(session: SessionMemory, told: Told, deps: WarmSessionDeps): WarmContext {
  const { given, library, found, signals, isLoad } = told;
  const { clock, validMs, hits, habitsOf, likelyNext } = deps;
  const now = clock.unix();
  const before = session.warm;
  const habits = habitsOf(given.tenant);
  const memory = session.work;
  const likely = likelyNext({ memory, library: libraryOr(library), habits });
  session.version = given.version;
  session.expiresAt = now + validMs;
  session.workMs = found?.tookMs ?? session.workMs;
  const candidates: ContextCandidate[] = [];
  session.warm = likely.flatMap(({ key, probability }): WarmItem[] => {
    const score = Math.round(probability * 1e4) / 1e4;
    const place = candidates.length;
    const candidate =
      library?.candidateOf(key, {
        score,
        withInputs: place < SCHEMAS_MAX || isFocus(session, key, library),
      }) ?? discoveredAs(key, { score, found, library });
    if (candidate === undefined) return [];
    candidates.push(candidate);
    const known = before.find((item) => item.key === key);
    return [{ key, score, since: known?.since ?? now, used: known?.used ?? false }];
  });
  hits.offered(before, session.warm);
  const kept = new Set(session.warm.map(({ key }) => key));
  hits.dropped(before.filter(({ key }) => !kept.has(key)));
  const items = session.turns.map(({ item }) => item);
  const newest = session.turns.at(-1);
  return {
    tenant: given.tenant,
    sessionId: given.sessionId,
    version: given.version,
    state: contextStateOf(candidates, items, isLoad ? newest?.item : undefined),
    confidence: signals.confidence,
    domain: signals.domain,
    query: newest?.text ?? "",
    candidates,
    warmedAt: Math.round(now),
    expiresAt: Math.round(now + validMs),
  };
}

/** What the last turn was about is likely to be asked for with its values. */
function isFocus(session: SessionMemory, key: string, library: Holding | undefined): boolean {
  const item = session.turns.at(-1)?.item;
  return item !== undefined && keyOf(item, library) === key;
}

/** While the library is not known, what discovery told of an item is all that is known of it. */
function discoveredAs(
  key: string,
  { score, found, library }: Pick<Told, "found" | "library"> & { score: number },
): ContextCandidate | undefined {
  if (library !== undefined) return undefined;
  const candidate = found?.candidates.find((one) => keyOf(one, library) === key);
  return candidate && { ...candidate, score };
}

function signalsOf({ turns }: SessionMemory, library: Holding | undefined): WarmSignals {
  return readWarmSignals(
    turns.map(({ text }) => text),
    library?.signals,
  );
}

export function keyOf(item: ItemReference, library: Holding | undefined): string {
  return library?.keyOf(item) ?? `${item.item_type}:${item.item_id}`;
}

function topFolderOf(
  key: string | undefined,
  categoryOf: WarmLibrary["categoryOf"],
): string | undefined {
  return key === undefined ? undefined : categoryOf(key)?.split("/", 1)[0];
}

const UNKNOWN_LIBRARY: WarmLibrary = {
  size: 100,
  categoryOf: () => "",
  itemsIn: () => new Set(),
};

function libraryOr(library: Holding | undefined): WarmLibrary {
  return library ?? UNKNOWN_LIBRARY;
}
