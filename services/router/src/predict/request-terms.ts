import { boundLine } from "@lilux/core/text";
import type { Degradation, PredictRequest } from "@lilux/protocol";
import type { LibraryState } from "../library/library-state.ts";

export interface PredictorOptions {
  queueWaitMs: number;
  deadlineMs: number;
  libraryWaitMs: number;
  memoMax: number;
  memoTtlMs: number;
}

export type Times = Pick<PredictorOptions, "deadlineMs" | "queueWaitMs" | "libraryWaitMs">;

/**
 * A line being typed is stale within the router's own time. A committed one is
 * worth its answer for as long as its caller says that it waits, and half of that
 * may pass until its library is listed: the other half is for reading it.
 */
export function timesOf({ seq, withinMs }: PredictRequest, own: PredictorOptions): Times {
  if (seq > 0 || withinMs === undefined) return own;
  const libraryWaitMs = Math.max(own.libraryWaitMs, withinMs / 2);
  return { deadlineMs: withinMs, queueWaitMs: withinMs, libraryWaitMs };
}

/** With lines no longer than are read. */
export function bounded(request: PredictRequest): PredictRequest {
  const { history } = request;
  const text = boundLine(request.text);
  return {
    ...request,
    text,
    ...(history === undefined ? {} : { history: history.map(boundLine) }),
  };
}

export function libraryDegradation(state: LibraryState): Degradation[] {
  switch (state) {
    case "complete":
      return [];
    case "partial":
    case "absent":
      return ["library_loading"];
    case "unavailable":
      return ["library_unavailable"];
  }
}
