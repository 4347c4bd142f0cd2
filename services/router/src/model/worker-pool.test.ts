import { clockOf, eventually } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { createScriptedWorker, type ScriptedWorker } from "../testing/scripted-worker.ts";
import type { ItemJob, LineJob, LinePurpose, ShedReason } from "./job-queue.ts";
import type { RawLine } from "./worker-messages.ts";
import { createWorkerPool } from "./worker-pool.ts";

function setUp({ workers = 1, linesMax = 8, tenantLinesMax = 100 } = {}) {
  const spawned: ScriptedWorker[] = [];
  const shed: ShedReason[] = [];
  let lost = 0;
  let now = 1_000;
  const pool = createWorkerPool({
    spawn() {
      const worker = createScriptedWorker();
      spawned.push(worker);
      return worker;
    },
    workers,
    linesMax,
    tenantLinesMax,
    observer: {
      began: () => undefined,
      ran: () => undefined,
      shed: (reason) => shed.push(reason),
      workerLost: () => {
        lost += 1;
      },
    },
    clock: clockOf(() => now),
    weightOf: (tenant) => (tenant === "weighty" ? 3 : 1),
  });
  interface Given {
    key?: string;
    deadlineAt?: number;
    tenant?: string;
    purpose?: LinePurpose;
  }
  const line = (text: string, given: Given = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<RawLine>();
    const job: LineJob = {
      kind: "line",
      tenant: given.tenant ?? "local",
      purpose: given.purpose ?? "keystroke",
      text,
      key: given.key,
      deadlineAt: given.deadlineAt ?? now + 1_000,
      attempts: 0,
      enqueuedAt: 0,
      resolve,
      reject,
    };
    pool.submit(job);
    const outcome = promise.then(
      (raw) => raw.words.join(" "),
      (error: { code: string }) => error.code,
    );
    return outcome;
  };
  const item = (text: string, tenant = "local") => {
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<ItemJob["resolve"]>[0]>();
    const job: ItemJob = {
      kind: "item",
      tenant,
      text,
      attempts: 0,
      enqueuedAt: 0,
      resolve,
      reject,
    };
    pool.submit(job);
    return promise.then(
      () => text,
      (error: { code: string }) => error.code,
    );
  };
  return {
    pool,
    spawned,
    shed,
    line,
    item,
    lost: () => lost,
    passTime(ms: number) {
      now += ms;
    },
    worker(at = 0): ScriptedWorker {
      const worker = spawned[at];
      if (worker === undefined) throw new Error(`worker ${at} was not spawned`);
      return worker;
    },
  };
}

describe("createWorkerPool", () => {
  // Mutants: `mayGo` that is always true; items begun in the place that is kept.
  it("begins a quiet tenant's line at once beside one that has fifty times as much waiting", async () => {
    const { pool, spawned, line, item } = setUp({ workers: 2, linesMax: 200 });
    await pool.ready();
    const finishOf = (text: string): void => {
      spawned.find(({ begun }) => begun.at(-1) === text)?.finish();
    };
    void line("quiet 0", { tenant: "quiet" });
    finishOf("quiet 0");
    await Promise.resolve();
    for (let at = 0; at < 50; at += 1) void line(`loud ${at}`, { tenant: "loud" });
    void item("item");
    // Both workers were idle when the flood began; from the first that ends on, one stays free of it.
    finishOf("loud 0");
    for (let at = 1; at <= 10; at += 1) {
      const typed = line(`quiet ${at}`, { tenant: "quiet" });
      expect(spawned.map(({ begun }) => begun.at(-1))).toContain(`quiet ${at}`);
      finishOf(`quiet ${at}`);
      await expect(typed).resolves.toBe(`quiet ${at}`);
      spawned.find(({ begun }) => begun.at(-1)?.startsWith("loud") === true)?.finish();
    }
    const begun = spawned.flatMap((worker) => worker.begun);
    expect(begun.filter((text) => text.startsWith("loud")).length).toBeGreaterThan(9);
    expect(begun).not.toContain("item");
  });

  it("begins a line that came later before items that wait", async () => {
    // Mutant: `take` asks `takeItem() ?? takeLine()`.
    const { pool, worker, line, item } = setUp();
    await pool.ready();
    const items = [item("item one"), item("item two"), item("item three")];
    const typed = line("find email");
    worker().finish();
    expect(worker().begun).toEqual(["item one", "find email"]);
    worker().finish();
    await expect(typed).resolves.toBe("find email");
    // While somebody types they come one after the other, with a pause between.
    for (const text of ["item two", "item three"]) {
      await eventually(() => expect(worker().begun.at(-1)).toBe(text), { withinMs: 10_000 });
      worker().finish();
    }
    await Promise.all(items);
  });

  it("begins an item at once after another while nobody types, and a background line after all items", async () => {
    // Mutant: `pace.waitMs` is asked without a line before; `take` asks for background lines first.
    const { pool, worker, line, item } = setUp();
    await pool.ready();
    const lines = [line("go live", { purpose: "background" })];
    const items = [item("item one"), item("item two")];
    for (const text of ["go live", "item one", "item two"]) {
      expect(worker().begun.at(-1)).toBe(text);
      worker().finish();
    }
    await Promise.all([...lines, ...items]);
  });

  it("keeps a worker free of items, so that a line need not wait for one", async () => {
    // Mutant: `itemsAtOnceMax = options.workers`.
    const { pool, worker, line, item } = setUp({ workers: 2 });
    await pool.ready();
    void item("item one");
    void item("item two");
    const typed = line("find email");
    expect(worker(0).begun).toEqual(["item one"]);
    expect(worker(1).begun).toEqual(["find email"]);
    worker(1).finish();
    await expect(typed).resolves.toBe("find email");
  });

  it("replaces a waiting line by a newer one of its session, and never begins the older", async () => {
    // Mutant: `addLine` does not drop `older`.
    const { pool, worker, line, shed } = setUp();
    await pool.ready();
    const first = line("f", { key: "s1" });
    const second = line("fi", { key: "s1" });
    const other = line("run", { key: "s2" });
    const third = line("fin", { key: "s1" });
    await expect(second).resolves.toBe("cancelled");
    for (let step = 0; step < 3; step += 1) worker().finish();
    await expect(Promise.all([first, other, third])).resolves.toEqual(["f", "run", "fin"]);
    expect(worker().begun).not.toContain("fi");
    expect(shed).toEqual(["superseded"]);
  });

  it("does not begin a line whose deadline passed while it waited", async () => {
    // Mutant: `takeLine` does not look at `deadlineAt`.
    const { pool, worker, line, passTime } = setUp();
    await pool.ready();
    void line("busy");
    const stale = line("stale", { deadlineAt: 1_060 });
    passTime(61);
    worker().finish();
    await expect(stale).resolves.toBe("deadline_exceeded");
    expect(worker().begun).toEqual(["busy"]);
  });

  it("drops the line that has waited longest when too many wait", async () => {
    // Mutant: `addLine` returns before the check of `linesMax`.
    const { pool, line, shed } = setUp({ linesMax: 2 });
    await pool.ready();
    void line("busy");
    const oldest = line("oldest");
    void line("newer");
    void line("newest");
    await expect(oldest).resolves.toBe("overloaded");
    expect(shed).toEqual(["overloaded"]);
    expect(pool.waiting().lines).toBe(2);
  });

  it("begins what somebody types before what is asked for alone, before what is to be embedded", async () => {
    // Mutant: LINE_PURPOSES in another order.
    const { pool, worker, line, item } = setUp();
    await pool.ready();
    const all = [
      line("busy"),
      item("item"),
      line("embed", { purpose: "embedding" }),
      line("ask", { purpose: "request" }),
      line("type"),
    ];
    for (let step = 0; step < 5; step += 1) worker().finish();
    await Promise.all(all);
    expect(worker().begun).toEqual(["busy", "type", "ask", "embed", "item"]);
  });

  // Mutant: `createRoundRobin` with one line for all tenants.
  it.each([
    ["keystroke", "before"],
    ["keystroke", "after"],
    ["request", "before"],
    ["request", "after"],
    ["embedding", "before"],
    ["embedding", "after"],
  ] as const)(
    "a neighbour's %s is begun second at the latest, when it came %s those of a tenant that has many waiting",
    async (purpose, when) => {
      const { pool, worker, line } = setUp({ linesMax: 100 });
      await pool.ready();
      const all = [line("busy", { tenant: "noisy" })];
      const quiet = () => void all.push(line("quiet", { tenant: "quiet", purpose }));
      if (when === "before") quiet();
      for (let at = 0; at < 50; at += 1) {
        all.push(line(`noisy ${at}`, { tenant: "noisy", purpose }));
      }
      if (when === "after") quiet();
      for (let step = 0; step < 52; step += 1) worker().finish();
      await Promise.all(all);
      expect(worker().begun.indexOf("quiet")).toBeLessThanOrEqual(2);
    },
  );

  it("a neighbour's items are begun by turns with a tenant's that has many", async () => {
    const { pool, worker, item } = setUp();
    await pool.ready();
    const noisy = Array.from({ length: 20 }, (_, at) => item(`noisy ${at}`, "noisy"));
    const quiet = [item("quiet 0", "quiet"), item("quiet 1", "quiet")];
    for (let step = 0; step < 22; step += 1) worker().finish();
    await Promise.all([...noisy, ...quiet]);
    expect(worker().begun.indexOf("quiet 1")).toBeLessThanOrEqual(5);
  });

  // Mutant: `createJobQueue` that hands no `weightOf` on.
  it("a tenant that counts three times as much has three of its lines begun for one of a neighbour's", async () => {
    const { pool, worker, line } = setUp({ linesMax: 100 });
    await pool.ready();
    const all = [line("busy")];
    for (let at = 0; at < 12; at += 1) {
      for (const tenant of ["weighty", "usual"]) all.push(line(`${tenant} ${at}`, { tenant }));
    }
    for (let step = 0; step < 25; step += 1) worker().finish();
    await Promise.all(all);
    const weighty = worker()
      .begun.slice(1, 17)
      .filter((text) => text.startsWith("weighty"));
    expect(weighty.length).toBe(12);
  });

  it("a tenant whose texts are long gets no more of the workers than one whose are short", async () => {
    // Mutant: `costOf` that is always 1.
    const { pool, worker, item } = setUp();
    await pool.ready();
    const long = "x".repeat(256 * 4);
    const all = [item("busy", "other")];
    for (let at = 0; at < 10; at += 1) all.push(item(long, "long"), item(`${at}`, "short"));
    for (let step = 0; step < 21; step += 1) worker().finish();
    await Promise.all(all);
    const { begun } = worker();
    const untilShortWasDone = begun.slice(0, begun.indexOf("9"));
    expect(untilShortWasDone.filter((text) => text === long).length).toBeLessThanOrEqual(3);
  });

  it("when one tenant has too many waiting, its own stalest and least urgent goes, and no neighbour's", async () => {
    // Mutant: `addLine` without its look at `tenantLinesMax`.
    const { pool, line, shed } = setUp({ linesMax: 100, tenantLinesMax: 2 });
    await pool.ready();
    void line("busy");
    const quiet = line("quiet", { tenant: "quiet", purpose: "embedding" });
    const asked = line("asked", { tenant: "noisy", purpose: "request" });
    void line("typed", { tenant: "noisy" });
    void line("typed more", { tenant: "noisy" });
    await expect(asked).resolves.toBe("overloaded");
    expect(shed).toEqual(["overloaded"]);
    expect(pool.waiting().lines).toBe(3);
    void quiet;
  });

  it("when all together have too many waiting, whoever has most loses one", async () => {
    const { pool, line } = setUp({ linesMax: 3 });
    await pool.ready();
    void line("busy");
    void line("quiet", { tenant: "quiet" });
    const first = line("first", { tenant: "noisy" });
    void line("second", { tenant: "noisy" });
    void line("other", { tenant: "other" });
    await expect(first).resolves.toBe("overloaded");
    expect(pool.waiting().lines).toBe(3);
  });

  it("begins lines in order while it keeps up, and the newest first when it does not", async () => {
    // Mutant: `takeLine` always takes the first; or always the last.
    const { pool, worker, line } = setUp({ linesMax: 20 });
    await pool.ready();
    const lines = Array.from({ length: 9 }, (_, at) => line(`line ${at}`));
    for (let step = 0; step < 9; step += 1) worker().finish();
    await Promise.all(lines);
    const order = worker().begun.map((text) => Number(text.slice(5)));
    expect(order).toEqual([0, 8, 7, 1, 2, 3, 4, 5, 6]);
  });

  it("drops every stale line as soon as it looks, also where it takes the newest first", async () => {
    // Mutants: `takeLine` without its sweep of the oldest; or without its look at the one taken.
    const { pool, worker, line, passTime, shed } = setUp({ linesMax: 20 });
    await pool.ready();
    const first = line("first");
    const stale = [line("stale", { deadlineAt: 1_050 }), line("stale", { deadlineAt: 1_050 })];
    const fresh = Array.from({ length: 8 }, (_, at) => line(`fresh ${at}`, { deadlineAt: 2_000 }));
    const impatient = line("impatient", { deadlineAt: 1_040 });
    passTime(60);
    worker().finish();
    await expect(Promise.all(stale)).resolves.toEqual(["deadline_exceeded", "deadline_exceeded"]);
    await expect(impatient).resolves.toBe("deadline_exceeded");
    expect(worker().begun).toEqual(["first", "fresh 7"]);
    expect(shed).toEqual(["expired", "expired", "expired"]);
    for (let step = 0; step < 8; step += 1) worker().finish();
    await Promise.all([first, ...fresh]);
  });

  it("replaces a crashed worker and tries what it was doing once more", async () => {
    // Mutant: `retry` rejects at once; or `onLost` does not respawn.
    const { pool, worker, line, spawned, lost } = setUp();
    await pool.ready();
    const typed = line("find email");
    worker().crash();
    await eventually(() => expect(spawned[1]?.begun).toEqual(["find email"]), { withinMs: 20_000 });
    worker(1).finish();
    await expect(typed).resolves.toBe("find email");
    expect(lost()).toBe(1);
  });

  it("gives up on what crashed two workers, and goes on with the rest", async () => {
    // Mutant: ATTEMPTS_MAX = 3.
    const { pool, worker, line, spawned } = setUp();
    await pool.ready();
    const poison = line("poison");
    const next = line("next");
    worker().crash();
    await eventually(() => expect(spawned[1]?.begun).toEqual(["poison"]), { withinMs: 20_000 });
    worker(1).crash();
    await expect(poison).resolves.toBe("router_unavailable");
    await eventually(() => expect(spawned[2]?.begun).toEqual(["next"]), { withinMs: 20_000 });
    worker(2).finish();
    await expect(next).resolves.toBe("next");
  });

  it("does not retry a lost line when a newer one of its session waits", async () => {
    // Mutant: `putBack` without its look at `byKey`.
    const { pool, worker, line, spawned } = setUp();
    await pool.ready();
    const older = line("fin", { key: "s1" });
    const newer = line("find", { key: "s1" });
    worker().crash();
    await expect(older).resolves.toBe("cancelled");
    await eventually(() => expect(spawned[1]?.begun).toEqual(["find"]), { withinMs: 20_000 });
    worker(1).finish();
    await expect(newer).resolves.toBe("find");
  });

  it("finishes what was submitted before it closes, and takes nothing after", async () => {
    // Mutant: `close` calls `endWorkers` at once.
    const { pool, worker, line } = setUp();
    await pool.ready();
    const begun = line("begun");
    const waiting = line("waiting");
    const closed = pool.close();
    await expect(line("late")).resolves.toBe("shutting_down");
    worker().finish();
    worker().finish();
    await expect(Promise.all([begun, waiting])).resolves.toEqual(["begun", "waiting"]);
    await closed;
  });
});
