import { createMailbox } from "@lilux/core/async";
import { LiluxError, type TurnCommand, type TurnEvent, type TurnRequest } from "@lilux/protocol";
import { afterEach, describe, expect, test } from "vitest";
import type { RunTurn, RunTurnOptions } from "../run-turn.ts";
import { sampleTurn } from "./samples.ts";
import { untilSignal } from "./scripted-kiwi.ts";

export interface RunTurnForm {
  runTurn: RunTurn;
  close(): Promise<void>;
}

const TURN_ID = sampleTurn.turn.turnId;
const TRACEPARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

/** What every way to reach an orchestrator guarantees. `connect` puts the form before a scripted one. */
export function describeRunTurnContract(
  form: string,
  connect: (behind: RunTurn) => Promise<RunTurnForm>,
): void {
  const open: RunTurnForm[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  const before = async (script: RunTurn): Promise<RunTurn> => {
    const connected = await connect(script);
    open.push(connected);
    return connected.runTurn;
  };

  describe(`RunTurn, ${form}: events and commands`, () => describeTraffic(before));
  describe(`RunTurn, ${form}: cancellation`, () => describeEnds(before));
}

type Before = (script: RunTurn) => Promise<RunTurn>;

function describeTraffic(before: Before): void {
  test("the request arrives whole and the events in order", async () => {
    let seen: [TurnRequest, string | undefined] | undefined;
    const events: TurnEvent[] = [
      { type: "turn-start", turnId: TURN_ID, path: "slow" },
      ...Array.from({ length: 200 }, (_, index) => delta(`${index} – ü `)),
      { type: "turn-end", turnId: TURN_ID, outcome: "completed" },
    ];
    const runTurn = await before(async function* (request, options) {
      seen = [request, options.traceparent];
      yield* events;
    });
    const request: TurnRequest = { ...sampleTurn, speculated: { abc: { total: 1 } } };
    const options = { ...quiet(), traceparent: TRACEPARENT };
    expect(await collect(runTurn(request, options))).toEqual(events);
    expect(seen).toEqual([request, TRACEPARENT]);
  });

  test("confirms and cancels arrive in order while events flow", async () => {
    const runTurn = await before(async function* (_request, { commands }) {
      yield delta("ask");
      for await (const command of commands) {
        yield delta(JSON.stringify(command));
        if (command.type === "cancel") break;
      }
      yield end("cancelled");
    });
    const commands = createMailbox<TurnCommand>({ max: 8, whenFull: "refuse" });
    const texts: string[] = [];
    for await (const event of runTurn(sampleTurn, { ...quiet(), commands })) {
      if (event.type !== "text-delta") continue;
      texts.push(event.text);
      if (event.text !== "ask") continue;
      commands.push({ type: "confirm", callId: "call-1", approve: false });
      commands.push({ type: "cancel" });
    }
    expect(texts).toEqual([
      "ask",
      '{"type":"confirm","callId":"call-1","approve":false}',
      '{"type":"cancel"}',
    ]);
  });

  test("a refused request throws the same error", async () => {
    // biome-ignore lint/correctness/useYield: a turn that fails before its first event.
    const runTurn = await before(async function* () {
      throw new LiluxError("shutting_down");
    });
    await expect(collect(runTurn(sampleTurn, quiet()))).rejects.toMatchObject({
      code: "shutting_down",
    });
  });
}

function describeEnds(before: Before): void {
  test("an abort ends the turn's signal, and the turn still has its own end", async () => {
    const stopped = Promise.withResolvers<void>();
    const runTurn = await before(async function* (_request, { signal }) {
      yield delta("working");
      await untilSignal(signal, stopped.resolve).catch(() => {});
      yield end("cancelled");
    });
    const controller = new AbortController();
    const seen: TurnEvent[] = [];
    for await (const event of runTurn(sampleTurn, { ...quiet(), signal: controller.signal })) {
      seen.push(event);
      if (event.type === "text-delta") controller.abort();
    }
    expect(seen).toEqual([delta("working"), end("cancelled")]);
    await stopped.promise;
  });

  test("leaving the loop early ends the turn's signal", async () => {
    const stopped = Promise.withResolvers<void>();
    const runTurn = await before(async function* (_request, { signal }) {
      signal.addEventListener("abort", () => stopped.resolve(), { once: true });
      yield delta("working");
      await untilSignal(signal, stopped.resolve).catch(() => {});
      yield end("cancelled");
    });
    for await (const _ of runTurn(sampleTurn, quiet())) break;
    await stopped.promise;
  });
}

function delta(text: string): TurnEvent {
  return { type: "text-delta", turnId: TURN_ID, text };
}

function end(outcome: "completed" | "cancelled"): TurnEvent {
  return { type: "turn-end", turnId: TURN_ID, outcome };
}

/** Nobody says anything and nobody aborts. */
function quiet(): RunTurnOptions {
  return {
    commands: createMailbox<TurnCommand>({ max: 8, whenFull: "refuse" }),
    signal: new AbortController().signal,
  };
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}
