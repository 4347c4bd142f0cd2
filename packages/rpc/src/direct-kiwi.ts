import { abortError, deadlineSignal, untilAborted } from "@lilux/core/async";
import type { ExecuteEvent, ExecuteRequest } from "@lilux/protocol";
import { executeDeadlines, LiluxError } from "@lilux/protocol";
import { CALL_DEADLINE_MS } from "./call-deadline.ts";
import type { KiwiApi, KiwiCallOptions } from "./kiwi-api.ts";

/**
 * The tool core in the same process, with the promises of the gRPC form: a
 * caller's abort or deadline ends the waiting at once, leaving a loop early
 * stops the work, and every failure is a `LiluxError`.
 */
export function directKiwi(api: KiwiApi): KiwiApi {
  return {
    search: (request, options) => ask((scope) => api.search(request, scope), options),
    load: (request, options) => ask((scope) => api.load(request, scope), options),
    execute: (request, options) => execute(api, request, options),
    discover: (request, options) => ask((scope) => api.discover(request, scope), options),
    listItems: (request, options) => ask((scope) => api.listItems(request, scope), options),
    recallRun: (request, options) => ask((scope) => api.recallRun(request, scope), options),
    registry: (request, options) => ask((scope) => api.registry(request, scope), options),
    readArtifact: (request, options) => ask((scope) => api.readArtifact(request, scope), options),
    secrets: (request, options) => ask((scope) => api.secrets(request, scope), options),
    library: (request, options) => ask((scope) => api.library(request, scope), options),
  };
}

async function ask<T>(
  work: (scope: KiwiCallOptions) => Promise<T>,
  options: KiwiCallOptions = {},
): Promise<T> {
  const deadlineMs = options.deadlineMs ?? CALL_DEADLINE_MS;
  const signal = deadlineSignal(deadlineMs, options.signal);
  if (signal.aborted) throw abortError(signal);
  try {
    return await untilAborted(work({ ...options, deadlineMs, signal }), signal);
  } catch (error) {
    throw LiluxError.from(error);
  }
}

async function* execute(
  api: KiwiApi,
  request: ExecuteRequest,
  options: KiwiCallOptions = {},
): AsyncGenerator<ExecuteEvent> {
  const deadlineMs = options.deadlineMs ?? executeDeadlines().caller;
  const left = new AbortController();
  const bounded = deadlineSignal(deadlineMs, options.signal);
  const signal = AbortSignal.any([bounded, left.signal]);
  if (signal.aborted) throw abortError(signal);
  const iterator = api.execute(request, { ...options, deadlineMs, signal })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAborted(iterator.next(), bounded);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw LiluxError.from(error);
  } finally {
    left.abort(new LiluxError("cancelled"));
    // Not awaited: a producer that does not watch its signal must not hold its caller.
    iterator.return?.().catch(() => {});
  }
}
