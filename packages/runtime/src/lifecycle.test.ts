import { expect, test } from "vitest";
import { createLogger } from "./create-logger.ts";
import { createLifecycle } from "./lifecycle.ts";

const logger = createLogger({ service: "test", level: "silent" });

function recorder(log: string[], name: string, fails?: "start" | "stop") {
  const act = (what: "start" | "stop") => () => {
    log.push(`${what} ${name}`);
    if (fails === what) throw new Error(`${name} cannot ${what}`);
  };
  return { name, start: act("start"), stop: act("stop") };
}

test("parts stop in the reverse of the order they started in", async () => {
  const log: string[] = [];
  const lifecycle = createLifecycle([recorder(log, "bus"), recorder(log, "http")], logger);
  await lifecycle.start();
  expect(lifecycle.unready()).toEqual([]);
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(log).toEqual(["start bus", "start http", "stop http", "stop bus"]);
  expect(lifecycle.state()).toBe("stopped");
});

test("a start that fails closes what was open and rejects", async () => {
  const log: string[] = [];
  const lifecycle = createLifecycle([recorder(log, "bus"), recorder(log, "http", "start")], logger);
  await expect(lifecycle.start()).rejects.toThrow("http cannot start");
  expect(log.at(-1)).toBe("stop bus");
  expect(lifecycle.state()).toBe("failed");
});

test("one part that cannot stop does not keep the others open", async () => {
  const log: string[] = [];
  const lifecycle = createLifecycle([recorder(log, "bus"), recorder(log, "http", "stop")], logger);
  await lifecycle.start();
  await lifecycle.stop();
  expect(log.at(-1)).toBe("stop bus");
  expect(lifecycle.state()).toBe("failed");
});

test("a stop in the middle of a start waits for the part being started, starts no more, and closes all", async () => {
  const log: string[] = [];
  const slow = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const parts = [
    recorder(log, "bus"),
    {
      ...recorder(log, "model"),
      start: () => {
        begun.resolve();
        return slow.promise.then(() => void log.push("start model"));
      },
    },
    recorder(log, "http"),
  ];
  const lifecycle = createLifecycle(parts, logger);
  const started = lifecycle.start();
  await begun.promise;
  const stopped = lifecycle.stop();
  slow.resolve();
  await expect(started).rejects.toMatchObject({ code: "cancelled" });
  await stopped;
  expect(log).toEqual(["start bus", "start model", "stop model", "stop bus"]);
  expect(lifecycle.state()).toBe("stopped");
});

test("a part that never starts does not keep the others open beyond the deadline", async () => {
  const log: string[] = [];
  const begun = Promise.withResolvers<void>();
  const hanging = {
    ...recorder(log, "model"),
    start: () => {
      begun.resolve();
      return new Promise<void>(() => {});
    },
  };
  const lifecycle = createLifecycle([recorder(log, "bus"), hanging], logger);
  void lifecycle.start();
  await begun.promise;
  await lifecycle.stop(10);
  expect(log).toEqual(["start bus", "stop model", "stop bus"]);
});

test("a service that was stopped before it started never starts", async () => {
  const log: string[] = [];
  const lifecycle = createLifecycle([recorder(log, "bus")], logger);
  await lifecycle.stop();
  await expect(lifecycle.start()).rejects.toMatchObject({ code: "cancelled" });
  expect(log).toEqual([]);
});

// Mutant: without the `finally` of start, the part is stopped a turn of the loop later.
test("a stop of a service that is up reaches its last part before stop returns", async () => {
  const log: string[] = [];
  const lifecycle = createLifecycle([recorder(log, "bus"), recorder(log, "http")], logger);
  await lifecycle.start();
  const stopped = lifecycle.stop();
  expect(log).toContain("stop http");
  await stopped;
});
