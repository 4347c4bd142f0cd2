import { LiluxError, type TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "./run-turn.ts";

/**
 * The orchestrator in the same process, with the promises of the gRPC form:
 * leaving the loop early ends the turn's signal, and so everything upstream.
 */
export function directOrchestrator(runTurn: RunTurn): RunTurn {
  return (request, options) => run(runTurn, request, options);
}

async function* run(
  runTurn: RunTurn,
  request: Parameters<RunTurn>[0],
  options: Parameters<RunTurn>[1],
): AsyncGenerator<TurnEvent> {
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  try {
    yield* runTurn(request, { ...options, signal });
  } catch (error) {
    throw LiluxError.from(error);
  } finally {
    left.abort(new LiluxError("cancelled"));
  }
}
