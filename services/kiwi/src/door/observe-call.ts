import { abortError, deadlineSignal, untilAborted } from "@lilux/core/async";
import { loggedError, parseTraceparent } from "@lilux/core/telemetry";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { KiwiMetrics } from "../metrics.ts";

export type CallName =
  | "search"
  | "load"
  | "execute"
  | "discover"
  | "list"
  | "recall"
  | "secrets"
  | "registry"
  | "library";

/** What a call's one log line holds. Never what a person typed. */
export interface CallFacts {
  call: CallName;
  tenant: Tenant;
  item_type?: string;
  item_id?: string;
  action?: string;
}

export interface CallObserver {
  /** Runs one call under its deadline; counts and logs how it ended; throws only `LiluxError`. */
  run<T>(
    facts: CallFacts,
    options: KiwiCallOptions | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** The end of a call that was watched by other means. */
  note(facts: CallFacts, ended: CallEnd): void;
  /** A failure nobody waits for any more, or that an answer does without: logged when it is our fault. */
  fault(facts: CallFacts, error: unknown): void;
}

export interface CallEnd {
  startedAt: number;
  error?: LiluxError | undefined;
  traceparent?: string | undefined;
}

/** Refusals of registry content, each of which people are told of. */
const REFUSALS = ["content_tampered", "content_unsigned", "signing_key_changed"] as const;

const DEADLINE_MS_DEFAULT = 10_000;

export function createCallObserver(deps: { metrics: KiwiMetrics; logger: Logger }): CallObserver {
  const { metrics, logger } = deps;
  // A counter that appears with its first event has no increase: the alert would miss that one.
  for (const call of ["load", "execute"] as const) {
    for (const code of REFUSALS) metrics.calls.inc({ call, code }, 0);
  }

  const fault = (fields: object, error: unknown): void => {
    loggedError(error, { logger, message: "call failed", fields });
  };

  function note(facts: CallFacts, { startedAt, error, traceparent }: CallEnd): void {
    const durationMs = performance.now() - startedAt;
    const code = error?.code ?? "ok";
    const traceId = parseTraceparent(traceparent)?.traceId;
    metrics.callSeconds.observe(durationMs / 1000, { labels: { call: facts.call }, traceId });
    metrics.calls.inc({ call: facts.call, code });
    const line = { ...facts, code, durationMs, ...(traceId === undefined ? {} : { traceId }) };
    if (error?.code === "internal") fault(line, error);
    // What may change something is told at the usual level; searches come with each keystroke.
    else if (facts.call === "execute") logger.info(line, "call answered");
    else logger.debug(line, "call answered");
  }

  return {
    note,
    fault,
    async run(facts, options, work) {
      const startedAt = performance.now();
      const traceparent = options?.traceparent;
      const signal = deadlineSignal(options?.deadlineMs ?? DEADLINE_MS_DEFAULT, options?.signal);
      try {
        if (signal.aborted) throw abortError(signal);
        const answer = await untilAborted(work(signal), signal);
        note(facts, { startedAt, traceparent });
        return answer;
      } catch (thrown) {
        const error = LiluxError.from(thrown);
        note(facts, { startedAt, traceparent, error });
        throw error;
      }
    },
  };
}
