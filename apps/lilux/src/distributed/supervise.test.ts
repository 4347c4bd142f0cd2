import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { eventually, temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { supervise } from "./supervise.ts";

const logger = createLogger({ service: "test", level: "silent" });

async function plan(code: string) {
  const { path } = await temporaryDirectory();
  const logFile = join(path, "logs", "child.log");
  return {
    name: "child",
    command: process.execPath,
    args: ["-e", code],
    env: { PATH: process.env["PATH"] },
    logFile,
  };
}

// Mutant: without the `launch` timer in the exit handler the pid stays undefined.
test("a process that is killed is started again", async () => {
  const child = supervise(await plan("setInterval(() => {}, 1000)"), { logger });
  const first = child.pid();
  child.signal("SIGKILL");
  await eventually(
    () => {
      expect(child.restarts()).toBe(1);
      expect(child.pid()).toBeTypeOf("number");
    },
    { withinMs: 20_000 },
  );
  expect(child.pid()).not.toBe(first);
  await child.stop();
});

test("a process that was stopped stays stopped, and its output is kept", async () => {
  const chosen = await plan("process.stdout.write('hello'); setInterval(() => {}, 1000)");
  const child = supervise(chosen, { logger });
  await eventually(() => expect(readFileSync(chosen.logFile, "utf8")).toBe("hello"), {
    withinMs: 20_000,
  });
  await child.stop();
  expect(child.pid()).toBeUndefined();
  expect(child.restarts()).toBe(0);
});

test("a process that ignores a polite request is killed after the grace", async () => {
  const stubborn = await plan(
    "process.on('SIGTERM', () => {}); process.stdout.write('up'); setInterval(() => {}, 1000)",
  );
  const child = supervise(stubborn, { logger });
  await eventually(() => expect(readFileSync(stubborn.logFile, "utf8")).toBe("up"), {
    withinMs: 20_000,
  });
  await child.stop(100);
  expect(child.pid()).toBeUndefined();
});
