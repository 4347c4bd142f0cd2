import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createKiwiMetrics } from "../metrics.ts";
import { createCallObserver } from "./observe-call.ts";

function start() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "kiwi", level: "error", destination });
  const observer = createCallObserver({ metrics: createKiwiMetrics(), logger });
  return { observer, lines };
}

const FACTS = { call: "search", tenant: testTenant("local") } as const;

test("a fault of ours in a call is internal, and logged with its cause", async () => {
  const { observer, lines } = start();
  const call = observer.run(FACTS, {}, async () => {
    throw new RangeError("a number out of range");
  });
  await expect(call).rejects.toMatchObject({ code: "internal" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("a number out of range");
});

test("a deadline with a fraction ends a call, and is no fault", async () => {
  const { observer, lines } = start();
  const call = observer.run(FACTS, { deadlineMs: 1.5 }, () => new Promise(() => undefined));
  await expect(call).rejects.toMatchObject({ code: "deadline_exceeded" });
  expect(lines).toEqual([]);
});
