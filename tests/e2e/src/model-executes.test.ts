import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLiluxClient } from "@lilux/client";
import type { SessionEvent } from "@lilux/protocol";
import { temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventsOf, only, textOf } from "./ask.ts";
import { type ScriptedLlm, startScriptedLlm } from "./scripted-llm.ts";
import { MODES, type Running, startMode } from "./start-mode.ts";

const SCRIPT = `"""Counts pumps.

description: Counts the pumps of a site.
"""
import json
print(json.dumps({"pumps": 42}))
`;

const DIRECTIVE = `# round_of_pumps

\`\`\`xml
<directive name="round_of_pumps" version="1.0.0">
  <metadata>
    <description>Counts the pumps and writes the number down.</description>
    <permissions><execute resource="script" id="count_pumps"/></permissions>
  </metadata>
  <process>
    <step name="count"><action>Run count_pumps.</action></step>
    <step name="tell"><action>Say the number.</action></step>
  </process>
</directive>
\`\`\`
`;

const run = (item_type: string, item_id: string) => ({
  name: "execute",
  arguments: JSON.stringify({ item_type, item_id, action: "run" }),
});
const mark = (step: number, state: string) => ({
  name: "mark_step",
  arguments: JSON.stringify({ step, state }),
});
const calls = (...functions: object[]) => ({
  tool_calls: functions.map((given, index) => ({
    index,
    id: `call-${index}`,
    type: "function",
    function: given,
  })),
});

const ANSWERS = [
  // The first turn: a script, at once.
  [{ role: "assistant", content: "Counting. " }, calls(run("script", "count_pumps"))],
  [{ content: "There are 42." }],
  // The second: a directive, whose steps it follows.
  [calls(run("directive", "round_of_pumps"))],
  [calls(mark(1, "running"), run("script", "count_pumps"))],
  [calls(mark(1, "done"), mark(2, "done"))],
  [{ content: "All 42 are written down." }],
];

// On the machine's own clock: what is left of a turn's time is no whole number of milliseconds.
describe.each(MODES)("%s: a language model that makes calls", (mode) => {
  let llm: ScriptedLlm;
  let running: Running;
  let project: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    project = await temporaryDirectory();
    const ai = join(project.path, ".ai");
    await mkdir(join(ai, "scripts"), { recursive: true });
    await mkdir(join(ai, "directives"), { recursive: true });
    await writeFile(join(ai, "scripts", "count_pumps.py"), SCRIPT);
    await writeFile(join(ai, "directives", "round_of_pumps.md"), DIRECTIVE);
    llm = await startScriptedLlm(ANSWERS);
    const env = { LILUX_LLM_URL: llm.url, LILUX_LLM_MODEL: "scripted" };
    running = await startMode(mode, { project: project.path, env });
  }, 150_000);
  afterAll(async () => {
    await running.stop();
    await llm.close();
    await project.remove();
  });

  test("a script that the model proposes runs, and then a directive's plan is followed to its end", async () => {
    const client = createLiluxClient({ url: running.url });
    await client.ready();
    const script = await eventsOf(client.ask("how many pumps are there?"));
    const directive = await eventsOf(client.ask("make the round of pumps"));
    client.close();

    expect(endsOf(script)).toEqual([{ ok: true, data: { pumps: 42 } }]);
    expect(textOf(script)).toContain("There are 42.");
    expect(only(script, "turn-end")).toMatchObject({ outcome: "completed", usage: { calls: 1 } });

    expect(endsOf(directive)).toMatchObject([{ ok: true }, { ok: true, data: { pumps: 42 } }]);
    const plan = directive.filter((event) => event.type === "plan-update").at(-1);
    expect(plan?.steps.map(({ state }) => state)).toEqual(["done", "done"]);
    expect(textOf(directive)).toContain("All 42 are written down.");
    expect(only(directive, "turn-end").outcome).toBe("completed");
  });
});

/** How each call ended. */
function endsOf(events: readonly SessionEvent[]): object[] {
  return events.flatMap((event): object[] => {
    if (event.type !== "call-end") return [];
    if (!event.ok) return [{ ok: false, error: event.error }];
    const { data } = event.result as { data: unknown };
    return [{ ok: true, data }];
  });
}
