import { type Clock, deadlineSignal, openDeadline, untilAborted } from "@lilux/core/async";
import type { Weights } from "@lilux/core/fairness";
import type { LessonBook } from "@lilux/core/learning";
import { type LineReading, matchItems } from "@lilux/core/ranking";
import { inSpan, type Spans } from "@lilux/core/telemetry";
import { readScope } from "@lilux/core/text";
import {
  type Degradation,
  LiluxError,
  type Prediction,
  type PredictRequest,
  type WarmContext,
} from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { NearContext } from "../context/near-context.ts";
import type { Answering, DeployedRankers } from "../deploy/deployed-rankers.ts";
import { shadowOf } from "../deploy/shadow-of.ts";
import type { LessonBooks } from "../lessons/lesson-books.ts";
import type { TenantLibrary } from "../library/libraries.ts";
import type { RouterMetrics } from "../metrics.ts";
import type { LinePurpose } from "../model/job-queue.ts";
import type { RouterModel } from "../model/router-model.ts";
import { gatherItems, matchWords } from "../rank/gather-items.ts";
import { type AnsweredLine, describeAnswer, NO_CALL } from "./answered-line.ts";
import { answerAsFar, type ChoiceMemory, createChoiceMemory } from "./choose-by-meaning.ts";
import type { Engine } from "./engine.ts";
import type { BorrowedEngine } from "./engine-slot.ts";
import { isoDay } from "./iso-day.ts";
import { memoKeyOf } from "./memo-key-of.ts";
import { createNewestLine } from "./newest-line.ts";
import { createPreviousItem } from "./previous-item.ts";
import { readInContext } from "./read-in-context.ts";
import { readRespelled, respellFor } from "./read-respelled.ts";
import { bounded, libraryDegradation, type PredictorOptions, timesOf } from "./request-terms.ts";

export interface PredictorDeps {
  /** The engine in use, held until given back. Throws when there is none. */
  borrow(): BorrowedEngine;
  context: NearContext;
  lessons: Pick<LessonBooks, "of">;
  rankers: DeployedRankers;
  metrics: Omit<RouterMetrics, "pool">;
  weights: Pick<Weights, "note">;
  clock: Clock;
  spans: Spans;
}

export interface PredictOptions {
  deadlineMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Of the trace that it is part of. */
  traceparent?: string | undefined;
}

export interface Predictor {
  /** See `createRouterService` for what it answers and how it fails. */
  predict(request: PredictRequest, options?: PredictOptions): Promise<Prediction>;
}

/** What a line was ranked with; the same again gives the same answer. */
interface Situation {
  engine: Engine;
  answering: Answering;
  tenantLibrary: TenantLibrary;
  context: WarmContext | undefined;
  /** What the lines sent here taught. */
  book: LessonBook | undefined;
  degraded: Degradation[];
  /** Undefined while the answer may change without any version changing. */
  memoKey: string | undefined;
}

interface Answer {
  ranked: AnsweredLine;
  /** What a model that is tried would have led with. */
  shadow?: Prediction["shadow"];
  /** Nothing is left that a finished line would be asked besides. */
  isWhole: boolean;
}

type AnswerPath = "model" | "memo" | "joined";

export function createPredictor(options: PredictorOptions, deps: PredictorDeps): Predictor {
  const { metrics } = deps;
  const memo = new LRUCache<string, Answer>({ max: options.memoMax, ttl: options.memoTtlMs });
  /** Equal questions asked at the same time are worked out once. */
  const running = new Map<string, Promise<Answer>>();
  const newest = createNewestLine();
  /** Of the model that made them. */
  const memories = new WeakMap<RouterModel, ChoiceMemory>();
  const previousItem = createPreviousItem({ queueWaitMs: options.queueWaitMs, clock: deps.clock });

  async function predict(whole: PredictRequest, given: PredictOptions = {}): Promise<Prediction> {
    const startedAt = performance.now();
    const request = bounded(whole);
    deps.weights.note(request.tenant, request.weight);
    const own = timesOf(request, options).deadlineMs;
    const deadlineMs = Math.min(given.deadlineMs ?? own, own);
    const deadline = openDeadline(deadlineMs, given.signal);
    const { signal } = deadline;
    const sessionKey = `${request.tenant}/${request.sessionId}`;
    const ticket = newest.begin(sessionKey, request.seq);
    let borrowed: BorrowedEngine | undefined;
    try {
      borrowed = deps.borrow();
      const { engine } = borrowed;
      const situation = await part("read context and library", given, () =>
        untilAborted(situate(request, engine), signal),
      );
      const { ranked, shadow, path } = await part("read line and rank", given, () =>
        answer(request, situation, signal),
      );
      // Seq 0 is a request of its own, not one of a line being typed.
      if (request.seq > 0 && ticket.isSuperseded()) {
        metrics.supersededAfterModel();
        throw new LiluxError("cancelled", { message: "A newer line of the session replaced it." });
      }
      const routeMs = performance.now() - startedAt;
      metrics.predicted(routeMs / 1_000, path);
      const { context, degraded, answering } = situation;
      return describeAnswer(request, {
        ranked,
        model: answering.model,
        shadow,
        context: context?.state ?? "cold",
        degraded,
        routeMs,
      });
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      metrics.refused(error.code);
      throw error;
    } finally {
      borrowed?.giveBack();
      ticket.end();
      deadline.end();
    }
  }

  function part<T>(
    name: string,
    { traceparent: parent }: PredictOptions,
    work: () => Promise<T>,
  ): Promise<T> {
    return parent === undefined ? work() : inSpan(deps.spans.start(name, { parent }), work);
  }

  async function situate(request: PredictRequest, engine: Engine): Promise<Situation> {
    const [read, tenantLibrary] = await Promise.all([
      deps.context.read(request.tenant, request.sessionId),
      libraryOf(engine, request),
    ]);
    metrics.context(read.outcome);
    const isContextLost = read.outcome === "unavailable" || read.outcome === "late";
    const degraded: Degradation[] = [
      ...(isContextLost ? (["context_unavailable"] as const) : []),
      ...libraryDegradation(tenantLibrary.state),
    ];
    for (const reason of degraded) metrics.degraded(reason);
    const book = deps.lessons.of(request.tenant);
    const answering = deps.rankers.of(request, engine);
    const situation = { engine, answering, tenantLibrary, context: read.context, book, degraded };
    const setting = { ...situation, modelKey: answering.key };
    return { ...situation, memoKey: memoKeyOf(request, setting, isoDay(deps.clock.unix())) };
  }

  /** A tenant's first line waits a little, since the library is mostly there in a moment. */
  async function libraryOf(engine: Engine, request: PredictRequest): Promise<TenantLibrary> {
    const { tenant } = request;
    const { libraryWaitMs } = timesOf(request, options);
    const now = engine.libraries.of(tenant);
    if (now.state !== "absent" || libraryWaitMs === 0) return now;
    const waited = deadlineSignal(libraryWaitMs);
    await untilAborted(engine.libraries.listed(tenant), waited).catch(() => undefined);
    return engine.libraries.of(tenant);
  }

  async function answer(
    request: PredictRequest,
    situation: Situation,
    signal: AbortSignal,
  ): Promise<Answer & { path: AnswerPath }> {
    const { memoKey } = situation;
    const alone = async (): Promise<Answer & { path: AnswerPath }> => {
      return { ...(await rank(request, situation, signal)), path: "model" };
    };
    if (memoKey === undefined) return alone();
    const isFinished = request.seq === 0;
    const known = memo.get(memoKey);
    // What was answered while typing leaves open what a finished line is asked.
    const isEnough = known !== undefined && (known.isWhole || !isFinished);
    if (isEnough) return { ...known, path: "memo" };
    const joined = running.get(memoKey);
    if (joined !== undefined) {
      const shared = await untilAborted(joined, signal).catch(() => undefined);
      if (shared?.isWhole === true || (shared !== undefined && !isFinished))
        return { ...shared, path: "joined" };
      // Whoever asked first gave up, or was content with less; that is no answer to this one.
      return alone();
    }
    const work = rank(request, situation, signal);
    running.set(memoKey, work);
    try {
      const answer = await work;
      memo.set(memoKey, answer);
      return { ...answer, path: "model" };
    } finally {
      running.delete(memoKey);
    }
  }

  async function rank(
    request: PredictRequest,
    { engine, answering, tenantLibrary, context, book }: Situation,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { tenant, sessionId, seq } = request;
    const scope = readScope(request.text);
    const text = scope?.rest ?? request.text;
    if (scope?.kind === "ask" || text === "") return { ranked: NO_CALL, isWhole: true };
    const { library, version } = tenantLibrary;
    const key = seq === 0 ? undefined : `${tenant}/${sessionId}`;
    const deadlineAt = deps.clock.unix() + timesOf(request, options).queueWaitMs;
    const purpose: LinePurpose = seq === 0 ? "request" : "keystroke";
    const line = { tenant, purpose, deadlineAt, signal, ...(key === undefined ? {} : { key }) };
    const before = engine.model.capabilities.joinsContext ? request.history?.at(-1) : undefined;
    const respelled = respellFor(engine.model, library);
    const spelled = respelled(text);
    const read = readRespelled(
      (part): Promise<LineReading> => untilAborted(engine.model.readLine(part, line), signal),
      respelled,
    );
    const work = Promise.all([
      readInContext(text, { before, read }),
      untilAborted(
        previousItem.keyOf(request.history, { engine, library, version, tenant, purpose, signal }),
        signal,
      ),
    ]);
    // The model reads on another thread; a line that has to wait for it may yet be replaced,
    // and is not worth the words' work.
    const isReading = engine.model.load().waitingLines === 0;
    const matched = isReading && library !== undefined ? matchWords(library, spelled) : undefined;
    const [reading, previousKey] = await work;
    const warm = context?.candidates ?? [];
    const said = { text, before: request.history?.at(-1), today: isoDay(deps.clock.unix()) };
    const who = { person: request.person, now: deps.clock.unix() };
    const lessonsNear = (embedding: Float32Array) => book?.near(embedding, who) ?? [];
    const found = { library, reading, spelled, matched, warm, previousKey, lessonsNear };
    const evidence = gatherItems({ ...said, ...found });
    const embed = async (part: string): Promise<Float32Array | undefined> =>
      (await untilAborted(engine.model.readLine(part, line), signal)).embedding;
    // Nobody waits for a choice in other words while typing: a line that ends here is worth it.
    const isFinished = seq === 0 && scope === undefined;
    const { ranked, isWhole } = await answerAsFar(
      { evidence, ranker: answering.ranker },
      { embed, memory: memoryOf(engine.model), isFinished, signal },
    );
    const matches = matchItems(evidence, ranked.candidates, scope);
    // Within a scope a person picks from the list, and nothing is guessed.
    const answered = scope === undefined ? { ...ranked, matches } : { ...NO_CALL, matches };
    const shadow = scope === undefined ? shadowOf(evidence, answering.shadow) : undefined;
    return {
      ranked: answered,
      isWhole: isWhole || scope !== undefined,
      ...(shadow === undefined ? {} : { shadow }),
    };
  }

  function memoryOf(model: RouterModel): ChoiceMemory {
    const known = memories.get(model) ?? createChoiceMemory();
    memories.set(model, known);
    return known;
  }

  return { predict };
}
