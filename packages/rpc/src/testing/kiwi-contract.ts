import {
  type ExecuteEvent,
  type ExecuteRequest,
  LiluxError,
  type LoadRequest,
  type SearchRequest,
} from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { KiwiApi, KiwiCallOptions } from "../kiwi-api.ts";
import {
  sampleExecute,
  sampleExecuteResult,
  sampleItem,
  sampleSearch,
  sampleSearchResult,
} from "./samples.ts";
import { scriptedKiwi, untilSignal } from "./scripted-kiwi.ts";

export interface KiwiForm {
  api: KiwiApi;
  close(): Promise<void>;
}

const TRACEPARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

/** What every way to reach a tool core guarantees. `connect` puts the form before a scripted one. */
export function describeKiwiApiContract(
  form: string,
  connect: (behind: KiwiApi) => Promise<KiwiForm>,
): void {
  const open: KiwiForm[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  const before = async (script: Partial<KiwiApi>): Promise<KiwiApi> => {
    const connected = await connect(scriptedKiwi(script));
    open.push(connected);
    return connected.api;
  };

  describe(`KiwiApi, ${form}: answers`, () => describeAnswers(before));
  describe(`KiwiApi, ${form}: errors`, () => describeErrors(before));
  describe(`KiwiApi, ${form}: time and cancellation`, () => describeEnds(before));
}

type Before = (script: Partial<KiwiApi>) => Promise<KiwiApi>;

function describeAnswers(before: Before): void {
  test("requests and results arrive whole, with the trace", async () => {
    let seen: unknown[] = [];
    const position = { epoch: "e1", sequence: 2 ** 40 };
    const list = { version: "v7", position, items: [sampleItem], broken: [] };
    const api = await before({
      search: async (request, options) => {
        seen = [request, options?.traceparent];
        return sampleSearchResult;
      },
      listItems: async () => list,
    });
    expect(await api.search(sampleSearch, { traceparent: TRACEPARENT })).toEqual(
      sampleSearchResult,
    );
    expect(seen).toEqual([sampleSearch, TRACEPARENT]);
    expect(await api.listItems({ tenant: testTenant("local") })).toEqual(list);
  });

  test("execute streams progress in order and then one result", async () => {
    const api = await before({
      async *execute(request) {
        expect(request).toEqual(sampleExecute);
        yield { type: "progress", text: "one" };
        yield { type: "progress", text: "zwei ✓" };
        yield { type: "result", result: sampleExecuteResult };
      },
    });
    expect(await collect(api.execute(sampleExecute))).toEqual([
      { type: "progress", text: "one" },
      { type: "progress", text: "zwei ✓" },
      { type: "result", result: sampleExecuteResult },
    ]);
  });

  test("no grants and an empty list of grants stay apart, and a confirmation arrives", async () => {
    const seen: unknown[] = [];
    const api = await before({
      async *execute(request) {
        seen.push([request.grants, request.confirmation]);
        yield { type: "result", result: sampleExecuteResult };
      },
    });
    const confirmation = { callId: "call-1", callDigest: "d".repeat(64), nonce: "n".repeat(22) };
    await collect(api.execute(sampleExecute));
    await collect(api.execute({ ...sampleExecute, grants: [] }));
    await collect(
      api.execute({
        ...sampleExecute,
        grants: [{ verb: "execute", attributes: { resource: "script" } }],
        confirmation,
      }),
    );
    expect(seen).toEqual([
      [undefined, undefined],
      [[], undefined],
      [[{ verb: "execute", attributes: { resource: "script" } }], confirmation],
    ]);
  });

  // Mutant: a form that passes on a call's tenant and arguments alone.
  test("for whom and by whom a call is made arrives, also with a search and a load", async () => {
    const seen: unknown[] = [];
    const note = ({ grants, origin, by, tainted }: SearchRequest | LoadRequest | ExecuteRequest) =>
      void seen.push({ grants, origin, by, tainted });
    const api = await before({
      async search(request) {
        note(request);
        return sampleSearchResult;
      },
      async load(request) {
        note(request);
        throw new LiluxError("item_not_found");
      },
      async *execute(request) {
        note(request);
        yield { type: "result", result: sampleExecuteResult };
      },
    });
    const grants = [{ verb: "read", attributes: { resource: "knowledge" } }];
    const origin = { sessionId: "s-1", turnId: "t-1" };
    const by = "person" as const;
    await api.search({ ...sampleSearch, grants, origin, by, tainted: false });
    const given = { item_type: "script", item_id: "purge", source: "project" } as const;
    const load = {
      tenant: testTenant("local"),
      arguments: given,
      grants: [],
      origin,
      by: "model" as const,
    };
    await api.load({ ...load, tainted: true }).catch(() => {});
    await collect(api.execute({ ...sampleExecute, grants, origin, by: "directive" }));
    await api.search(sampleSearch);
    expect(seen).toEqual([
      { grants, origin, by: "person", tainted: false },
      { grants: [], origin, by: "model", tainted: true },
      { grants, origin, by: "directive", tainted: undefined },
      { grants: undefined, origin: undefined, by: undefined, tainted: undefined },
    ]);
  });

  test("a load's name and its confirmation arrive", async () => {
    const seen: unknown[] = [];
    const api = await before({
      async load({ callId, confirmation }) {
        seen.push({ callId, confirmation });
        throw new LiluxError("item_not_found");
      },
    });
    const given = { item_type: "script", item_id: "@acme/purge", source: "registry" } as const;
    const confirmation = { callId: "l-1", callDigest: "d".repeat(64), nonce: "n" };
    const load = { tenant: testTenant("local"), arguments: given };
    await api.load({ ...load, callId: "l-1", confirmation }).catch(() => {});
    await api.load(load).catch(() => {});
    expect(seen).toEqual([
      { callId: "l-1", confirmation },
      { callId: undefined, confirmation: undefined },
    ]);
  });
}

function describeErrors(before: Before): void {
  const ambiguous = new LiluxError("item_ambiguous", {
    message: "„purge“ is ambiguous ✗. Use one of: files/purge, mail/purge.",
    details: { candidates: ["files/purge", "mail/purge"] },
  });

  test("an error arrives as the same error, with its message and details", async () => {
    const api = await before({
      search: async () => {
        throw ambiguous;
      },
      async *execute() {
        yield { type: "progress", text: "started" };
        throw ambiguous;
      },
    });
    expect(await failure(api.search(sampleSearch))).toEqual(ambiguous.toBody());
    expect(await failure(collect(api.execute(sampleExecute)))).toEqual(ambiguous.toBody());
  });

  test("a failure that is none of ours shows nothing of its inside", async () => {
    const api = await before({
      search: async () => {
        throw new Error("connect to 10.0.0.7 with password hunter2");
      },
    });
    const body = await failure(api.search(sampleSearch));
    expect(body).toMatchObject({ code: "internal", retryable: false });
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });
}

function describeEnds(before: Before): void {
  test("a deadline rejects with deadline_exceeded and stops the work", async () => {
    const stopped = Promise.withResolvers<void>();
    const api = await before({
      search: (_request, options) => untilSignal(options?.signal, stopped.resolve),
    });
    const body = await failure(api.search(sampleSearch, { deadlineMs: 150 }));
    expect(body).toMatchObject({ code: "deadline_exceeded" });
    await stopped.promise;
  });

  // What is left of a turn's time is a difference of two readings of a clock.
  test.each([149.62, 0.25, 0, -3.5])(
    "a deadline of %d ms ends search and execute with deadline_exceeded",
    async (deadlineMs) => {
      const api = await before({
        search: (_request, options) => untilSignal(options?.signal, () => undefined),
        execute: endless(() => undefined),
      });
      const late = { code: "deadline_exceeded" };
      expect(await failure(api.search(sampleSearch, { deadlineMs }))).toMatchObject(late);
      const executed = collect(api.execute(sampleExecute, { deadlineMs }));
      expect(await failure(executed)).toMatchObject(late);
    },
  );

  test.each([1_500.000_1, Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
    "a call that is answered at once is answered within a deadline of %d ms",
    async (deadlineMs) => {
      let leftMs: number | undefined;
      const api = await before({
        search: async (_request, options) => {
          leftMs = options?.deadlineMs;
          return sampleSearchResult;
        },
      });
      expect(await api.search(sampleSearch, { deadlineMs })).toEqual(sampleSearchResult);
      expect(leftMs).toBeGreaterThan(1_000);
    },
  );

  test("an abort rejects with cancelled and stops the work", async () => {
    const stopped = Promise.withResolvers<void>();
    const running = Promise.withResolvers<void>();
    const api = await before({
      search: (_request, options) => {
        running.resolve();
        return untilSignal(options?.signal, stopped.resolve);
      },
    });
    const controller = new AbortController();
    const answer = failure(api.search(sampleSearch, { signal: controller.signal }));
    await running.promise;
    controller.abort();
    expect(await answer).toMatchObject({ code: "cancelled" });
    await stopped.promise;
  });

  test("a signal that has already ended starts nothing", async () => {
    const api = await before({});
    const signal = AbortSignal.abort();
    expect(await failure(api.search(sampleSearch, { signal }))).toMatchObject({
      code: "cancelled",
    });
    expect(await failure(collect(api.execute(sampleExecute, { signal })))).toMatchObject({
      code: "cancelled",
    });
  });

  test("an abort in the middle of execute throws cancelled and stops the work", async () => {
    const stopped = Promise.withResolvers<void>();
    const api = await before({ execute: endless(stopped.resolve) });
    const controller = new AbortController();
    const body = await failure(
      (async () => {
        for await (const _ of api.execute(sampleExecute, { signal: controller.signal })) {
          controller.abort();
        }
      })(),
    );
    expect(body).toMatchObject({ code: "cancelled" });
    await stopped.promise;
  });

  test("leaving the loop of execute early stops the work", async () => {
    const stopped = Promise.withResolvers<void>();
    const api = await before({ execute: endless(stopped.resolve) });
    for await (const _ of api.execute(sampleExecute)) break;
    await stopped.promise;
  });

  test("execute keeps its deadline", async () => {
    const stopped = Promise.withResolvers<void>();
    const api = await before({ execute: endless(stopped.resolve) });
    const body = await failure(collect(api.execute(sampleExecute, { deadlineMs: 150 })));
    expect(body).toMatchObject({ code: "deadline_exceeded" });
    await stopped.promise;
  });
}

function endless(onStop: () => void) {
  return async function* (_: unknown, options?: KiwiCallOptions): AsyncGenerator<ExecuteEvent> {
    const stopped = untilSignal(options?.signal, onStop);
    // Left at the yield below, nobody awaits it any more.
    stopped.catch(() => {});
    yield { type: "progress", text: "started" };
    await stopped;
  };
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(LiluxError);
    return LiluxError.from(error).toBody();
  }
  throw new Error("it did not fail");
}
