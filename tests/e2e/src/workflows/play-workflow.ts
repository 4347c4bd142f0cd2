import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createLiluxClient } from "@lilux/client";
import type { Asked, StrictReply } from "@lilux/orchestrator/strict-server";
import type { SessionEvent } from "@lilux/protocol";
import { type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { only, textOf } from "../ask.ts";
import { DEMO_LIBRARY } from "../start-mode.ts";
import type { Workflow } from "./workflow.ts";
import { OWN_FILES, WORKFLOWS } from "./workflows.ts";

/** The demo library, and what the workflows need beside it. */
export async function writeProject(): Promise<TemporaryDirectory> {
  const project = await temporaryDirectory();
  await cp(join(DEMO_LIBRARY, ".ai"), join(project.path, ".ai"), { recursive: true });
  for (const [path, text] of Object.entries(OWN_FILES)) {
    const target = join(project.path, ".ai", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  return project;
}

/** The round that is due by the conversation alone, so that any server gives the same; undefined outside of all workflows. */
export function dueRound({ messages }: Pick<Asked, "messages">): StrictReply | undefined {
  const from = messages.findLastIndex(
    ({ role, content }) =>
      role === "user" && WORKFLOWS.some(({ line }) => content?.startsWith(line) === true),
  );
  const asked = messages[from]?.content ?? "";
  const workflow = WORKFLOWS.find(({ line }) => asked.startsWith(line));
  const round = messages
    .slice(from + 1)
    .filter(({ tool_calls = [] }) => tool_calls.length > 0).length;
  return workflow?.rounds[round];
}

/** Plays a person's part of a workflow, and says what came of it that should not have: nothing, when all is well. */
export async function playWorkflow(
  workflow: Workflow,
  { url, project }: { url: string; project: string },
): Promise<string[]> {
  const { events, questions } = await play(url, workflow);
  // Reads side by side end in any order; their ids count.
  const placeOf = (callId: string): number => Number(callId.split(".").at(-1));
  const ends = events
    .flatMap((event) => (event.type === "call-end" ? [event] : []))
    .sort((one, other) => placeOf(one.callId) - placeOf(other.callId));
  const { outcome } = only(events, "turn-end");
  const said = textOf(events);
  const results = JSON.stringify(ends);
  const asked = workflow.answer === undefined ? 0 : workflow.questions;
  return [
    ...unlike(
      "calls",
      ends.map(({ ok }) => ok),
      workflow.calls,
    ).map((line) => `${line}: ${results}`),
    ...unlike("plan", statesOf(events), workflow.plan),
    ...unlike("outcome", outcome, workflow.outcome ?? "completed"),
    ...(asked === undefined ? [] : unlike("questions", questions, asked)),
    ...(workflow.text === undefined ? [] : unlike("text", said, workflow.text)),
    ...without("answer", said, workflow.says),
    ...without("results", results, workflow.results),
    ...(await filesUnlike(workflow, project)),
  ];
}

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

function unlike(what: string, seen: unknown, wanted: unknown): string[] {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(wanted)];
  return one === other ? [] : [`${what}: ${one} instead of ${other}`];
}

function without(what: string, seen: string, parts: readonly string[] = []): string[] {
  return parts
    .filter((part) => !seen.includes(part))
    .map((part) => `${what}: no "${part}" in ${seen}`);
}

async function filesUnlike({ files = {} }: Workflow, project: string): Promise<string[]> {
  const problems = Object.entries(files).map(async ([path, part]) => {
    const text = await readFile(join(project, ".ai", path), "utf8").catch(() => undefined);
    if (part === undefined) return text === undefined ? [] : [`${path} is there`];
    return text?.includes(part) === true ? [] : [`${path}: no "${part}" in ${text}`];
  });
  return (await Promise.all(problems)).flat();
}
