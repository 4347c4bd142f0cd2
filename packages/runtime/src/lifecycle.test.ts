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
});
