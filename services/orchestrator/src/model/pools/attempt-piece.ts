import { LiluxError } from "@lilux/protocol";
import { roundStart } from "../continuing/continuation.ts";
import type { ModelEvent, ModelRequest } from "../language-model.ts";
import { mayPass } from "./failure-kinds.ts";
import type { OpenMessage } from "./open-message.ts";
import type { Pool } from "./pool.ts";
import { adapterOf, noteFailure, type TurnState } from "./turn-state.ts";

export interface Asked {
  failure: { error: LiluxError; first: LiluxError } | undefined;
  /** What was handed on. */
  said: string;
}

interface Attempt {
  pool: Pool;
  request: ModelRequest;
  message: OpenMessage;
  signal: AbortSignal;
}

/** One pool's piece of a message: what it handed on, and why it is not the last one. */
export async function* attempted(
  state: TurnState,
  { pool, request, message, signal }: Attempt,
): AsyncGenerator<ModelEvent, Asked> {
  const { trimmer, ...start } = roundStart(message, pool.model);
  const adapter = adapterOf(state, pool);
  let said = "";
  const text = (piece: string): ModelEvent[] => {
    said += piece;
    return piece === "" ? [] : [{ type: "text", text: piece }];
  };
  const answering = (): ModelEvent[] => {
    if (state.answering === pool.model && state.clock.isAnswered()) return [];
    pool.succeeded();
    state.clock.answered();
    state.answering = pool.model;
    return [{ type: "answering", model: adapter.model ?? pool.model.name }];
  };
  pool.retries.deposit();
  try {
    for await (const event of pool.model.stream({ ...request, ...start, ...adapter }, signal)) {
      yield* answering();
      if (event.type === "text") yield* text(trimmer.push(event.text));
      else if (event.type === "thought") yield event;
      else {
        // Calls come after all of the text.
        yield* text(trimmer.end());
        yield event;
      }
    }
    yield* text(trimmer.end());
    return { failure: undefined, said };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    yield* text(trimmer.end());
    const error = LiluxError.from(thrown);
    noteFailure(state, pool, error);
    if (mayPass(error)) message.lostBy.add(pool);
    return { failure: { error, first: message.lost ?? error }, said };
  }
}
