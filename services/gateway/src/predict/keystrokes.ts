import { setTimeout as sleep } from "node:timers/promises";
import { finishWithin } from "@lilux/core/async";
import {
  formatTraceparent,
  loggedError,
  NO_SPANS,
  type Span,
  type Spans,
} from "@lilux/core/telemetry";
import type { Candidate, Keystroke, Prediction } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { typist } from "../access/caller.ts";
import type { GatewayLimits } from "../config.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { Session } from "../session/session.ts";
import { candidatesToShow } from "./candidates-to-show.ts";
import { createLatestWins } from "./latest-wins.ts";
import { toFrame } from "./prediction-frame.ts";
import type { Predict } from "./router-client.ts";
import { createSettledList } from "./settled-list.ts";
import type { Speculator } from "./speculator.ts";
import type { ThresholdsOf } from "./tenant-thresholds.ts";
import { emptyPrediction, isUnanswered, unanswered } from "./unanswered.ts";

/** How much longer an answer is waited for, to be shown late. */
const LATE_MS = 250;

/** A line that stands still without an answer is asked about again after each of these waits. */
const ASK_AGAIN_AFTER_MS = [250, 750, 2_000] as const;

interface Typed {
  seq: number;
  text: string;
  /** `performance.now()` when its frame came. */
  receivedAt: number;
  span: Span;
}

/** The keystrokes of one connection. */
export interface Keystrokes {
  take(keystroke: Keystroke, receivedAt: number): void;
  /** The line was committed, or the connection is gone: nothing asked for is wanted now. */
  clear(): void;
}

export interface KeystrokesDeps {
  predict: Predict;
  speculator: Speculator;
  metrics: GatewayMetrics;
  limits: GatewayLimits;
  logger: Logger;
  spans: Spans;
  /** Of so many one is recorded. */
  keystrokesTraced: number;
  thresholdsOf: ThresholdsOf;
}

/**
 * At most one prediction in flight and one waiting; the newest line wins. A
 * line that was asked and then replaced is not shown, and counts as bad only if
 * its answer would have been late anyway.
 */
export function createKeystrokes(session: Session, deps: KeystrokesDeps): Keystrokes {
  const { predict, speculator, metrics, limits, thresholdsOf } = deps;
  const mailbox = createLatestWins<Typed>();
  const settled = createSettledList();

  async function work(first: Typed): Promise<void> {
    for (let typed: Typed | undefined = first; typed !== undefined; typed = mailbox.finish()) {
      const asked = ask(typed);
      const isInTime = await finishWithin(asked, timeLeftMs(typed));
      const answer = isInTime ? await asked : unanswered(session, typed.seq);
      const isReplaced = mailbox.isStale(typed);
      if (!isReplaced) show(typed, answer);
      count(typed, { isReplaced, isDegraded: isUnanswered(answer) });
      if (!isInTime || isUnanswered(answer)) void makeUp(typed, asked);
    }
  }

  /**
   * What is left of the promise, less what it takes to write the frame, or to let it wait for its tick: an
   * empty one is on time, too.
   */
  function timeLeftMs({ receivedAt }: Typed): number {
    const { predictWithinMs, answerMarginMs } = limits;
    const after = answerMarginMs + (session.connection?.tickMs?.() ?? 0);
    return Math.max(1, predictWithinMs - after - (performance.now() - receivedAt));
  }

  /** Since its frame came, until the answer's leaves. */
  function elapsedMsOf({ receivedAt }: Typed): number {
    return performance.now() - receivedAt + (session.connection?.heldMs?.() ?? 0);
  }

  /** An answer that missed its time is still worth seeing while its line stands: waited for, then asked for again. */
  async function makeUp(typed: Typed, asked: Promise<Prediction>): Promise<void> {
    let late = await asked;
    for (const waitMs of ASK_AGAIN_AFTER_MS) {
      if (mailbox.isStale(typed) || !isUnanswered(late)) break;
      await sleep(waitMs, undefined, { ref: false });
      if (!mailbox.isStale(typed)) late = await ask(typed);
    }
    if (!mailbox.isStale(typed) && !isUnanswered(late)) show(typed, late);
  }

  async function ask(typed: Typed): Promise<Prediction> {
    const { seq, text } = typed;
    const { tenant, sessionId, caller } = session;
    const who = caller === undefined ? {} : typist(caller);
    const history = [...session.history];
    try {
      return await predict(
        { tenant, sessionId, ...who, seq, text, history },
        {
          deadlineMs: limits.predictWithinMs + LATE_MS,
          traceparent: typed.span.traceparent,
        },
      );
    } catch (error) {
      const fields = { tenant, sessionId };
      loggedError(error, { logger: deps.logger, message: "prediction failed", fields });
      return unanswered(session, typed.seq);
    }
  }

  function show(typed: Typed, answer: Prediction): void {
    const { seq, text } = typed;
    const prediction = { ...answer, seq };
    session.contextState = prediction.context;
    if (isUnanswered(answer)) {
      settled.skip();
      present({ prediction, text }, []);
      return;
    }
    const offered = {
      text,
      leader: prediction.candidates[0]?.call,
      candidates: candidatesToShow(prediction.candidates, thresholdsOf(session.tenant)),
    };
    let isWithheld = false;
    settled.offer(offered, (candidates) => {
      present({ prediction, text }, candidates);
      if (candidates.length > 0) countList(typed, isWithheld);
      isWithheld = true;
    });
  }

  /** When the person sees a list: with the first frame, or later when it was withheld from that. */
  function countList(typed: Typed, isWithheld: boolean): void {
    const elapsedMs = elapsedMsOf(typed);
    metrics.listSeconds.observe(elapsedMs / 1_000);
    const onTime = elapsedMs > limits.predictWithinMs ? "late" : "in_time";
    metrics.lists.inc({ outcome: isWithheld ? "withheld" : onTime });
  }

  /** Once at once, and once more with the same id when a list settles later. */
  function present(
    { prediction, text }: { prediction: Prediction; text: string },
    candidates: readonly Candidate[],
  ): void {
    const shown = [...candidates];
    session.predictions.remember({ prediction, text, shown });
    session.connection?.send(toFrame(session, { prediction, shown }, thresholdsOf(session.tenant)));
    speculator.consider(prediction, shown);
  }

  function count(typed: Typed, result: { isReplaced: boolean; isDegraded: boolean }) {
    const elapsedMs = elapsedMsOf(typed);
    const isLate = elapsedMs > limits.predictWithinMs;
    endSpan(typed, { isLate, ...result });
    if (!result.isReplaced) {
      const { sampled, traceId } = typed.span.trace;
      metrics.predictionSeconds.observe(elapsedMs / 1_000, {
        traceId: sampled === true ? traceId : undefined,
      });
    }
    const outcome = outcomeOf({ ...result, isLate });
    if (outcome === "superseded") {
      metrics.keystrokesSuperseded.inc();
      return;
    }
    if (outcome === "good") metrics.keystrokesGood.inc();
    else metrics.keystrokesBad.inc({ reason: outcome });
    metrics.countTenantKeystroke(session.tenant, outcome, elapsedMs / 1_000);
  }

  function startSpan(): Span {
    const { spans, keystrokesTraced } = deps;
    const { trace, tenant } = session;
    return spans.start("keystroke", {
      kind: "server",
      parent: trace === undefined ? undefined : formatTraceparent(trace),
      // A client's own word would let it have everything recorded.
      isSampled: spans !== NO_SPANS && Math.random() * keystrokesTraced < 1,
      attributes: { "lilux.tenant": tenant },
    });
  }

  /** One that was late is told even if it was not to be: then without its parts. */
  function endSpan(
    { span, receivedAt }: Typed,
    {
      isLate,
      isReplaced,
      isDegraded,
    }: { isLate: boolean; isReplaced: boolean; isDegraded: boolean },
  ): void {
    const attributes = {
      "lilux.keystroke.late": isLate,
      "lilux.keystroke.replaced": isReplaced,
      "lilux.keystroke.unanswered": isDegraded,
    };
    if (span.trace.sampled !== true && (isLate || isDegraded)) {
      const startedAt = Date.now() - (performance.now() - receivedAt);
      const parent = formatTraceparent(span.trace);
      const about = { kind: "server", parent, isSampled: true, startedAt, attributes } as const;
      deps.spans.start("keystroke", about).end();
      return;
    }
    span.set(attributes);
    span.end();
  }

  function clear(): void {
    const dropped = mailbox.clear();
    dropped?.span.end();
    if (dropped !== undefined) metrics.keystrokesSuperseded.inc();
    settled.clear();
    speculator.forget();
  }

  return {
    take({ seq, text }, receivedAt) {
      if (text === "") {
        clear();
        const nothing = { prediction: emptyPrediction(session, seq), shown: [] };
        session.connection?.send(toFrame(session, nothing, thresholdsOf(session.tenant)));
        return;
      }
      metrics.keystrokesAccepted.inc();
      const typed = { seq, text, receivedAt, span: startSpan() };
      const { start, replaced } = mailbox.offer(typed);
      replaced?.span.end();
      if (replaced !== undefined) metrics.keystrokesSuperseded.inc();
      if (start) void work(typed);
    },
    clear,
  };
}

interface Answered {
  isReplaced: boolean;
  isDegraded: boolean;
  isLate: boolean;
}

/** A line that was replaced is bad only if its answer was. */
function outcomeOf({ isDegraded, isLate, isReplaced }: Answered) {
  if (isDegraded) return "unavailable";
  if (isLate) return "late";
  return isReplaced ? "superseded" : "good";
}
