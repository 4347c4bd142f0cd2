import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createLiluxClient } from "@lilux/client";
import {
  type Asked,
  runStrictServer,
  type StrictReply,
  type StrictServer,
} from "@lilux/orchestrator/strict-server";
import type { SessionEvent } from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { only, textOf } from "./ask.ts";
import { DEMO_LIBRARY, MODES, type Running, startMode } from "./start-mode.ts";
import type { Workflow } from "./workflows/workflow.ts";
import { OWN_FILES, WORKFLOWS } from "./workflows/workflows.ts";

// Mutants: `isMade` answering false asks twice;
// a pooled model that begins anew after a loss repeats text and calls.
describe.each(MODES)("%s: work of several steps, with two model servers", (mode) => {
  const workflows = WORKFLOWS.filter(({ isDistributed }) => mode === "embedded" || isDistributed);
  let servers: StrictServer[];
  let running: Running;
  let project: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    project = await temporaryDirectory();
    await cp(join(DEMO_LIBRARY, ".ai"), join(project.path, ".ai"), { recursive: true });
    for (const [path, text] of Object.entries(OWN_FILES)) {
      const target = join(project.path, ".ai", path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    const start = (model: string) => runStrictServer({ models: [model], reply: replyTo });
    servers = await Promise.all([start("first"), start("second")]);
    const pools = servers.map(({ url }, at) => ({ name: `pool-${at + 1}`, url }));
    const path = join(project.path, "pools.json");
    await writeFile(path, JSON.stringify({ pools }));
    running = await startMode(mode, { project: project.path, env: { LILUX_LLM_POOLS: path } });
  }, 150_000);
  afterAll(async () => {
    await running.stop();
    for (const server of servers) await server.close();
    await project.remove();
  });

  test.each(workflows)(
    "$name",
    async (workflow) => {
      const [first] = servers;
      const { losesModelAfter: afterCharacters } = workflow;
      const fault = { kind: "lost", how: "kill" } as const;
      if (first !== undefined)
        first.rules.fault =
          afterCharacters === undefined ? undefined : { ...fault, afterCharacters };
      const { events, questions } = await play(running.url, workflow);
      // Reads side by side end in any order; their ids count.
      const placeOf = (callId: string): number => Number(callId.split(".").at(-1));
      const ends = events
        .flatMap((event) => (event.type === "call-end" ? [event] : []))
        .sort((one, other) => placeOf(one.callId) - placeOf(other.callId));
      expect(
        ends.map(({ ok }) => ok),
        JSON.stringify(ends),
      ).toEqual(workflow.calls);
      expect(statesOf(events)).toEqual(workflow.plan);
      expect(only(events, "turn-end")).toMatchObject({ outcome: workflow.outcome ?? "completed" });
      if (workflow.questions !== undefined) expect(questions).toBe(workflow.questions);
      if (workflow.answer === undefined) expect(questions).toBe(0);
      if (workflow.text !== undefined) expect(textOf(events)).toBe(workflow.text);
      for (const part of workflow.says ?? []) expect(textOf(events)).toContain(part);
      for (const part of workflow.results ?? []) expect(JSON.stringify(ends)).toContain(part);
      for (const [path, part] of Object.entries(workflow.files ?? {})) {
        const text = await readFile(join(project.path, ".ai", path), "utf8").catch(() => undefined);
        if (part === undefined) expect(text, path).toBeUndefined();
        else expect(text, path).toContain(part);
      }
    },
    90_000,
  );
});

async function play(url: string, { line, answer }: Workflow) {
  const client = createLiluxClient({ url });
  await client.ready();
  const events: SessionEvent[] = [];
  let questions = 0;
  try {
    for await (const event of client.ask(line).events) {
      events.push(event);
      if (event.type !== "confirm-request") continue;
      questions += 1;
      if (answer === "cancel") client.cancel(event.turnId);
      else client.confirm(event.turnId, event.callId, answer === "yes");
    }
  } finally {
    client.close();
  }
  return { events, questions };
}

function statesOf(events: readonly SessionEvent[]): string[] {
  const plan = events.findLast((event) => event.type === "plan-update");
  return plan?.steps.map(({ state }) => state) ?? [];
}

/** The round that is due by the conversation alone: two servers give the same. */
function replyTo({ messages }: Asked): StrictReply {
  const from = messages.findLastIndex(
    ({ role, content }) =>
      role === "user" && WORKFLOWS.some(({ line }) => content?.startsWith(line) === true),
  );
  const asked = messages[from]?.content ?? "";
  const workflow = WORKFLOWS.find(({ line }) => asked.startsWith(line));
  const round = messages
    .slice(from + 1)
    .filter(({ tool_calls = [] }) => tool_calls.length > 0).length;
  return workflow?.rounds[round] ?? { text: "Nothing is left to do." };
}
