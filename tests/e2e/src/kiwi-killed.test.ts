import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { subjects } from "@lilux/bus";
import type { AuditRecord } from "@lilux/protocol";
import { eventually, temporaryDirectory, testTenant } from "@lilux/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operatorBus } from "./operator-bus.ts";
import { type Running, startMode } from "./start-mode.ts";

const SLEEPER = `"""Waits.

description: Waits.
"""
import sys, time
print("started", file=sys.stderr, flush=True)
time.sleep(977)
`;

let running: Running;
let project: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  project = await temporaryDirectory();
  await mkdir(join(project.path, ".ai", "scripts"), { recursive: true });
  await writeFile(join(project.path, ".ai", "scripts", "sleeper.py"), SLEEPER);
  running = await startMode("distributed", { project: project.path });
}, 150_000);
afterAll(async () => {
  await running.stop();
  await project.remove();
});

const RUN = { item_type: "script", item_id: "sleeper", action: "run", callId: "killed-1" };

function execute(accept: string): Promise<Response> {
  return fetch(`${running.url}/v1/execute`, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(RUN),
    signal: AbortSignal.timeout(60_000),
  });
}

// Mutant, of the last part: call ids kept in memory only.
test("the tool core killed in the middle of a run: a typed error, the decision on record, service again, no second run", async () => {
  const response = await execute("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain("started");
  const before = await records(running, 1);
  running.kill9("kiwi");
  const last = (await reader?.read())?.value;
  expect(last).toContain("kiwi_unavailable");
  await eventually(
    async () => {
      const listed = await fetch(`${running.url}/v1/items`, { signal: AbortSignal.timeout(2_000) });
      expect(listed.status).toBe(200);
    },
    { withinMs: 30_000, everyMs: 200 },
  );
  expect(running.restarts("kiwi")).toBe(1);
  expect(before).toMatchObject([{ callId: "killed-1", decision: "allowed", item_id: "sleeper" }]);
  expect(await records(running, 1)).toEqual(before);
  const again = await execute("application/json");
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ code: "outcome_unknown" });
}, 150_000);

/** What is on record of executes, once so many are. */
async function records(running: Running, count: number): Promise<AuditRecord[]> {
  const bus = await operatorBus(running);
  try {
    return await eventually(
      async () => {
        const read = { messagesMax: 100, deadlineMs: 2_000 };
        const stored = await bus.read("AUDIT", subjects.audit(testTenant("local")), read);
        const executes = stored
          .map(({ body }) => body as AuditRecord)
          .filter(({ call }) => call === "execute");
        expect(executes).toHaveLength(count);
        return executes;
      },
      { withinMs: 10_000 },
    );
  } finally {
    await bus.drain();
  }
}
