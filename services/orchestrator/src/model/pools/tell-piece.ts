import { LiluxError } from "@lilux/protocol";
import { createSpaceHolder } from "../continuing/hold-space.ts";
import type { ModelEvent } from "../language-model.ts";
import { mayPass } from "./failure-kinds.ts";
import type { OpenAttempt } from "./open-attempt.ts";
import type { OpenMessage } from "./open-message.ts";
import { noteFailure, type TurnState } from "./turn-state.ts";

export interface Asked {
  failure: { error: LiluxError; first: LiluxError } | undefined;
  /** What was handed on. */
  said: string;
}

/** One pool's piece of a message: what it handed on, and why it is not the last one. */
export async function* tellPiece(
  state: TurnState,
  attempt: OpenAttempt,
  { message, signal }: { message: OpenMessage; signal: AbortSignal },
): AsyncGenerator<ModelEvent, Asked> {
  const { pool, model, trimmer } = attempt;
  const space = createSpaceHolder();
  let said = "";
  let hasSpoken = false;
  const shown = (piece: string): ModelEvent[] =>
    piece === "" ? [] : [{ type: "text", text: piece }];
  const text = (piece: string): ModelEvent[] => {
    said += piece;
    return shown(space.push(piece));
  };
  const answering = (): ModelEvent[] => {
    if (state.answering === pool.model && state.clock.isAnswered()) return [];
    pool.succeeded();
    state.clock.answered();
    state.answering = pool.model;
    return [{ type: "answering", model }];
  };
  try {
    for await (const event of attempt.events()) {
      hasSpoken = true;
      yield* answering();
      if (event.type === "text") yield* text(trimmer.push(event.text));
      else if (event.type === "thought") yield event;
      else {
        // Calls come after all of the text.
        yield* text(trimmer.end());
        yield* shown(space.end());
        yield event;
      }
    }
    yield* text(trimmer.end());
    yield* shown(space.end());
    pool.wrote();
    return { failure: undefined, said };
  } catch (thrown) {
    // What goes on with it elsewhere is to know of the white space.
    if (signal.aborted) {
      yield* shown(space.end());
      throw thrown;
    }
    yield* text(trimmer.end());
    const error = LiluxError.from(thrown);
    noteFailure(state, pool, { failure: error, hasSpoken, isBrief: attempt.isBrief });
    if (mayPass(error)) message.lostBy.add(pool);
    return { failure: { error, first: message.lost ?? error }, said };
  }
}
