import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Asked,
  runStrictServer,
  type StrictReply,
  type StrictServer,
} from "@lilux/orchestrator/strict-server";
import type { TemporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MODES, type Running, startMode } from "./start-mode.ts";
import { dueRound, playWorkflow, writeProject } from "./workflows/play-workflow.ts";
import { WORKFLOWS } from "./workflows/workflows.ts";

// Mutants: `isMade` answering false asks twice;
// a pooled model that begins anew after a loss repeats text and calls.
describe.each(MODES)("%s: work of several steps, with two model servers", (mode) => {
  const workflows = WORKFLOWS.filter(({ isDistributed }) => mode === "embedded" || isDistributed);
  let servers: StrictServer[];
  let running: Running;
  let project: TemporaryDirectory;

  beforeAll(async () => {
    project = await writeProject();
    const reply = (asked: Asked): StrictReply =>
      dueRound(asked) ?? { text: "Nothing is left to do." };
    const start = (model: string) => runStrictServer({ models: [model], reply });
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
      expect(await playWorkflow(workflow, { url: running.url, project: project.path })).toEqual([]);
    },
    90_000,
  );
});
