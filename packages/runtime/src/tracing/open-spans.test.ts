import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { startOtlpReceiver } from "@lilux/testkit";
import { expect, test } from "vitest";
import { openSpans } from "./open-spans.ts";

// Mutant: a static import of `open-otlp-spans.ts`.
test("OpenTelemetry is loaded where somebody wants spans, and nowhere else", {
  timeout: 240_000,
}, () => {
  const door = JSON.stringify(join(import.meta.dirname, "open-spans.ts"));
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ resolve(name, context, next) { loaded.push(name); return next(name, context); } });
    const told = () => loaded.filter((name) => name.includes("opentelemetry"));
    const { openSpans } = await import(${door});
    const about = { service: "test", version: "1" };
    await (await openSpans({ ...about, url: undefined })).close();
    const without = told();
    await (await openSpans({ ...about, url: "http://127.0.0.1:9" })).close();
    process.stdout.write(JSON.stringify({ without, isLoaded: told().includes("@opentelemetry/sdk-trace") }));
  `;
  const args = ["--no-warnings", "--input-type=module", "--eval", program];
  const done = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(done.stderr).toBe("");
  expect(JSON.parse(done.stdout)).toEqual({ without: [], isLoaded: true });
});

test("what is not sampled is told to nobody, and neither is any part of it", async () => {
  const receiver = await startOtlpReceiver();
  const { spans, close } = await openSpans({ service: "test", version: "1", url: receiver.url });
  const left = spans.start("left out", { isSampled: false });
  spans.start("part of it", { parent: left.traceparent }).end();
  left.end();
  const told = spans.start("told", { isSampled: true, attributes: { count: 2 } });
  spans.start("part", { parent: told.traceparent, kind: "client" }).end(new Error("a secret line"));
  told.end();
  await close();
  await receiver.close();
  const [root, part] = ["told", "part"].map((name) => receiver.spans.find((s) => s.name === name));
  expect(receiver.spans).toHaveLength(2);
  expect(root).toMatchObject({ service: "test", parentSpanId: undefined });
  expect(part).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  expect(part?.attributes).toEqual({ "error.type": "internal" });
  expect(receiver.text()).not.toContain("a secret line");
});
