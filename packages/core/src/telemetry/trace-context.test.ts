import { expect, test } from "vitest";
import { formatTraceparent, parseTraceparent, startTrace } from "./trace-context.ts";

test("a child keeps its parent's trace and has a span of its own", () => {
  const parent = startTrace();
  const child = startTrace(parseTraceparent(formatTraceparent(parent)));
  expect(child.traceId).toBe(parent.traceId);
  expect(child.spanId).not.toBe(parent.spanId);
});

test.each([undefined, "", "00-xyz", `00-${"0".repeat(32)}-${"1".repeat(16)}-01`])(
  "a traceparent that is not valid is ignored: %s",
  (header) => expect(parseTraceparent(header)).toBeUndefined(),
);
