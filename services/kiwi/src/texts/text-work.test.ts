import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { LiluxError } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createSourceFolder } from "../library/source-folder.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";
import type { TextJobName } from "./text-jobs.ts";
import {
  createTextWork,
  INLINE_TEXT_WORK,
  type TextWork,
  type TextWorkBounds,
} from "./text-work.ts";

/** Threads start, and texts are read, on a machine that may do much else. */
const TIMEOUT_MS = 60_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });
const BRACKETS = `x = ${"()".repeat(30_000)}`;
const started: TextWork[] = [];

function start(bounds: Partial<TextWorkBounds> = {}): TextWork {
  const work = createTextWork(bounds);
  started.push(work);
  return work;
}

afterEach(async () => {
  for (const work of started.splice(0)) await work.close();
});

/** How often this thread's loop comes round until the work is done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  let turns = 0;
  while (!isDone) {
    await setImmediate();
    turns += 1;
  }
  return turns;
}

// Mutant: `lettersMin` beyond every text, so that all of them are read on the loop.
test("the loop goes on while a long text is read, and does not wait for a short one", async () => {
  const work = start();
  const turns = await turnsDuring(work.run("parseItem", "script", BRACKETS, "it"));
  expect(turns).toBeGreaterThan(50);
  expect(await turnsDuring(work.run("parseItem", "script", "x = 1\n", "it"))).toBeLessThan(5);
});

test.each([
  ["a script of brackets", "script", BRACKETS],
  ["a script that never closes one", "script", `x = ${"[{(".repeat(15_000)}`],
  [
    "a directive of elements",
    "directive",
    `\`\`\`xml\n<directive name="a">${"<a>".repeat(15_000)}`,
  ],
  ["a note of headings", "knowledge", "# a\n".repeat(15_000)],
  ["a script that holds no item", "script", `"""${"x".repeat(200_000)}`],
] as const)("%s is read elsewhere as it would be here", async (_, type, text) => {
  const [work, inline] = [start(), start({ lettersMin: Number.POSITIVE_INFINITY })];
  const outcomes = await Promise.all(
    [work, inline].map((one) =>
      one.run("parseItem", type, text, "it").then(
        (value) => ({ value }),
        (error: unknown) => ({
          kind: error instanceof ParseFailure,
          message: error instanceof Error ? error.message : "",
        }),
      ),
    ),
  );
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]).not.toMatchObject({ kind: false });
});

test("an error of a job comes with its code and details", async () => {
  const content = `# No directive\n${"words ".repeat(10_000)}`;
  const error = await errorOf(start().run("checkedContent", "directive", "it", content));
  expect(error).toBeInstanceOf(LiluxError);
  expect(error).toMatchObject({ code: "invalid_inputs", details: { field: "content" } });
});

// Mutants: no timer for a job; a timer that rejects it and leaves the thread at work.
test("a text that takes too long cannot be read, and the next one gets another thread", async () => {
  let threads = 0;
  const count = (): void => {
    threads += 1;
  };
  subscribe("worker_threads", count);
  onTestFinished(() => {
    unsubscribe("worker_threads", count);
  });
  const work = start({ workersMax: 1, jobMsMax: 1 });
  for (const made of [1, 2]) {
    const slow = await errorOf(work.run("parseItem", "script", BRACKETS.repeat(3), "it"));
    expect(slow.message).toContain("takes too long");
    expect(threads).toBe(made);
  }
  await expect(work.run("parseItem", "script", "x = 1\n", "it")).resolves.toBeDefined();
});

test("so many wait and no more, and closing ends them all", async () => {
  const work = start({ workersMax: 1, waitingMax: 2 });
  const texts = Array.from({ length: 6 }, () => work.run("parseItem", "script", BRACKETS, "it"));
  const settled = Promise.allSettled(texts);
  await work.close();
  const codes = (await settled).map((one) =>
    one.status === "rejected" ? (one.reason as LiluxError).code : "read",
  );
  expect(codes.filter((code) => code === "overloaded").length).toBeGreaterThan(0);
  expect(codes.filter((code) => code === "shutting_down").length).toBeGreaterThan(0);
  expect(codes).not.toContain("internal");
});

/** Reads everything where it stands, and remembers what came. */
function watched(): TextWork & { jobs: { name: TextJobName; isLong: boolean }[] } {
  const work = start();
  const jobs: { name: TextJobName; isLong: boolean }[] = [];
  return {
    jobs,
    run(name, ...given) {
      jobs.push({ name, isLong: JSON.stringify(given).length > 32 * 1024 });
      return work.run(name, ...given);
    },
    close: work.close,
  };
}

// Mutants: `parseItem` called at once in `commitNew`, `readText`, `summariseItem` or `openItem`, or
// `readOptions` in `prepareScript`: its job is missing.
test("no long text is read on the loop, whether it is written, found, loaded or run", async () => {
  const texts = watched();
  await using kiwi = await startKiwi({}, { findsSandbox: false }, { texts });
  const { execute } = kiwi;
  const longs = (): TextJobName[] =>
    texts.jobs.splice(0).flatMap(({ name, isLong }) => (isLong ? [name] : []));
  const item = { item_type: "script", item_id: "it" } as const;
  const content = `"""A script."""\n${"()".repeat(20_000)}\n`;
  await execute({ arguments: { ...item, action: "create", parameters: { content } } });
  const created = longs();
  expect(created).toContain("checkedContent");
  expect(created.filter((name) => name === "parseItem").length).toBeGreaterThanOrEqual(2);
  const changed = { ...item, action: "update" as const };
  await execute({ arguments: { ...changed, parameters: { description: "Another." } } });
  const updated = longs();
  expect(updated).toContain("composeUpdate");
  // What it was, what it becomes, and as it is listed.
  expect(updated.filter((name) => name === "parseItem").length).toBeGreaterThanOrEqual(3);
  const { api } = kiwi.kiwi;
  await api.load({ tenant: testTenant("local"), arguments: { ...item, source: "project" } });
  expect(longs()).toEqual(["parseItem"]);
  await errorOf(execute({ arguments: { ...item, action: "run" } }));
  expect(longs()).toEqual(["parseItem", "readOptions"]);
});

// Mutant: a failure of the thread itself thrown on as it is.
test("a text that cannot be read in time is the caller's to shorten, not ours to mend", async () => {
  const texts = start({ jobMsMax: 1 });
  await using kiwi = await startKiwi({}, {}, { texts });
  const parameters = { content: `"""A script."""\n${BRACKETS}\n` };
  const item = { item_type: "script", item_id: "it", action: "create", parameters } as const;
  const error = await errorOf(kiwi.execute({ arguments: item }));
  expect(error).toMatchObject({ code: "invalid_inputs", details: { field: "content" } });
});

// Mutant: what was read in a busy moment is settled.
test("an item that nobody had time to read is read at the next look", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lilux-texts-"));
  await mkdir(join(folder, ".ai/scripts"), { recursive: true });
  const path = join(folder, ".ai/scripts/it.py");
  await writeFile(path, '"""A script."""\n');
  // Long after it was written: what is read then is settled.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let isBusy = true;
  const texts: TextWork = {
    run: (...given) =>
      isBusy ? Promise.reject(new LiluxError("overloaded")) : INLINE_TEXT_WORK.run(...given),
    close: async () => undefined,
  };
  const source = createSourceFolder("project", folder, { texts });
  await source.scan();
  expect(source.records.get("scripts/it.py")?.broken).toBeDefined();
  isBusy = false;
  await source.scan();
  expect(source.records.get("scripts/it.py")?.summary?.item_id).toBe("it");
  await rm(folder, { recursive: true });
});

// Mutant: as at the top, `lettersMin` beyond every text.
test("others' searches are answered while an item is read that takes long", async () => {
  const work = start();
  let reading = 0;
  const texts: TextWork = {
    run(name, ...given) {
      const letters = JSON.stringify(given).length;
      if (letters < BRACKETS.length) return work.run(name, ...given);
      reading += 1;
      return work.run(name, ...given).finally(() => {
        reading -= 1;
      });
    },
    close: work.close,
  };
  await using kiwi = await startKiwi({}, {}, { texts });
  const content = `"""A script."""\n${BRACKETS}\n`;
  const creating = kiwi.execute({
    arguments: { item_type: "script", item_id: "it", action: "create", parameters: { content } },
  });
  let isCreated = false;
  void creating.finally(() => {
    isCreated = true;
  });
  let answered = 0;
  while (!isCreated) {
    const asked = { item_type: "directive", query: "anything" } as const;
    await kiwi.kiwi.api.search({ tenant: testTenant("other"), arguments: asked });
    await setImmediate();
    if (reading > 0) answered += 1;
  }
  await creating;
  expect(answered).toBeGreaterThan(10);
});
