import { LiluxError } from "@lilux/protocol";
import { type RoundStart, roundStart } from "../continuing/continuation.ts";
import type { ModelEvent, ModelRequest } from "../language-model.ts";
import type { OpenMessage } from "./open-message.ts";
import type { Pool } from "./pool.ts";
import { adapterOf, type TurnState } from "./turn-state.ts";

/** One request to one pool. Whoever opened it reads it to its end or leaves it. */
export interface OpenAttempt {
  pool: Pool;
  /** The model's name there. */
  model: string;
  /** It was given less time than a server may take. */
  isBrief: boolean;
  trimmer: RoundStart["trimmer"];
  /** Its first event, or that there is none. */
  first: Promise<First>;
  /** All events, the first one too. */
  events(): AsyncGenerator<ModelEvent>;
  /** Closes the request, whoever waits for it. */
  leave(): void;
}

export type First =
  | { state: "spoke"; result: IteratorResult<ModelEvent> }
  | { state: "failed"; error: unknown };

export function openAttempt(
  state: TurnState,
  {
    pool,
    request,
    message,
    signal,
  }: { pool: Pool; request: ModelRequest; message: OpenMessage; signal: AbortSignal },
): OpenAttempt {
  const { clock } = state.deps;
  const { trimmer, ...start } = roundStart(message, pool.model);
  const adapter = adapterOf(state, pool);
  const left = new AbortController();
  pool.retries.deposit();
  const askedAt = clock.monotonic();
  const asked = { ...request, ...start, ...adapter };
  const stream = pool.model.stream(asked, AbortSignal.any([signal, left.signal]));
  const events = stream[Symbol.asyncIterator]();
  const first = events.next().then(
    (result): First => {
      pool.spokeAfter(clock.monotonic() - askedAt);
      return { state: "spoke", result };
    },
    (error: unknown): First => ({ state: "failed", error }),
  );
  return {
    pool,
    model: adapter.model ?? pool.model.name,
    isBrief: request.explains === true,
    trimmer,
    first,
    events: () => eventsOf(first, events),
    leave() {
      left.abort(new LiluxError("cancelled"));
      void Promise.resolve(events.return?.()).catch(() => undefined);
    },
  };
}

async function* eventsOf(
  first: Promise<First>,
  events: AsyncIterator<ModelEvent>,
): AsyncGenerator<ModelEvent> {
  const begun = await first;
  if (begun.state === "failed") throw begun.error;
  try {
    let { result } = begun;
    while (result.done !== true) {
      yield result.value;
      result = await events.next();
    }
  } finally {
    await events.return?.();
  }
}
