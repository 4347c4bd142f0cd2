import { setTimeout as sleep } from "node:timers/promises";
import { connectTypist } from "../keystroke/connect-typist.ts";
import { keyOf, post } from "./as-tenant.ts";

/** What a tenant waited, sorted, of each kind; a missing one got no answer, or an answer without a list. */
export interface Waited {
  latenciesMs: Float64Array;
  missing: number;
}

export interface QuietWaited {
  keystrokes: Waited;
  turns: Waited;
  /** To the first word of the model. */
  streams: Waited;
}

const KEYS_PER_SECOND = 5;
const TURNS_PER_SECOND = 2;
const STREAMS_PER_SECOND = 1;
const LINE = "say hello to the visitors of this morning";

/** One person of a tenant who types, runs and asks at a fixed rate, whatever is answered. */
export async function workQuietly(
  { url, tenant }: { url: string; tenant: string },
  seconds: number,
): Promise<QuietWaited> {
  const typist = await connectTypist(`${url.replace("http", "ws")}/v1/session`, keyOf(tenant));
  let typed = 0;
  const key = async (): Promise<void> => {
    typed += 1;
    const text = `${LINE} ${typed}`;
    const { isEmpty } = await typist.type(text.slice(0, 8 + (typed % 36)));
    if (isEmpty) throw new Error("answered without a prediction");
  };
  const turn = () =>
    untilEvent({ url, tenant, body: { text: "load directive hello" } }, "turn-end");
  const stream = () => untilEvent({ url, tenant, body: { text: LINE, ask: true } }, "text-delta");
  try {
    const [keystrokes, turns, streams] = await Promise.all([
      atRate(KEYS_PER_SECOND, seconds, key),
      atRate(TURNS_PER_SECOND, seconds, turn),
      atRate(STREAMS_PER_SECOND, seconds, stream),
    ]);
    return { keystrokes, turns, streams };
  } finally {
    typist.close();
  }
}

async function atRate(
  perSecond: number,
  seconds: number,
  work: () => Promise<unknown>,
): Promise<Waited> {
  const begun: Promise<number | undefined>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    await sleep(Math.max(0, dueAt - performance.now()));
    // From when it was due: a late driver makes nobody look faster.
    begun.push(
      work().then(
        () => performance.now() - dueAt,
        () => undefined,
      ),
    );
  }
  const waited = (await Promise.all(begun)).filter((ms) => ms !== undefined);
  return {
    latenciesMs: Float64Array.from(waited).sort(),
    missing: begun.length - waited.length,
  };
}

/** Runs a turn to its end; resolves when the event came. Rejects when it did not, or was refused. */
async function untilEvent(
  { url, tenant, body }: { url: string; tenant: string; body: object },
  event: string,
): Promise<void> {
  const response = await post({ url, tenant, path: "/v1/turns", body });
  if (!response.ok || response.body === null) throw new Error(`refused with ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes(`event: ${event}`)) {
    const { value, done } = await reader.read();
    if (done) throw new Error("it ended before");
    text += value;
  }
  void drain(reader).catch(() => undefined);
}

/** Going away would cancel the turn, and the model's work with it. */
async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
