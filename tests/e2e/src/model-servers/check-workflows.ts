import assert from "node:assert/strict";
import { startMode } from "../start-mode.ts";
import { dueRound, playWorkflow, writeProject } from "../workflows/play-workflow.ts";
import { WORKFLOWS } from "../workflows/workflows.ts";
import { type Body, startRecordingProxy } from "./recording-proxy.ts";
import type { Report } from "./report.ts";
import type { ServedModel } from "./served-model.ts";

/**
 * Work of several steps before a real server whose model has no sense: it writes, a token at a time
 * and by a grammar, what one with sense would, and its parser finds the calls in it.
 */
export async function checkWorkflows(
  { url, served }: { url: string; served: ServedModel },
  report: Report,
): Promise<void> {
  const proxy = await startRecordingProxy(url);
  const project = await writeProject();
  const lilux = await startMode("embedded", {
    project: project.path,
    env: { LILUX_LLM_URL: proxy.url },
  });
  proxy.change = (body) => heldTo(body) ?? served.always(body);
  try {
    for (const workflow of WORKFLOWS.filter(
      ({ losesModelAfter }) => losesModelAfter === undefined,
    )) {
      await report.check(`several steps: ${workflow.name}`, async () => {
        const before = proxy.turns().length;
        const where = { url: lilux.url, project: project.path };
        assert.deepEqual(await playWorkflow(workflow, where), []);
        const tokens = proxy
          .turns()
          .slice(before)
          .map(({ usage }) => usage?.completionTokens ?? 0);
        return `${tokens.length} rounds of ${tokens.join(", ")} tokens`;
      });
    }
  } finally {
    await lilux.stop();
    await proxy.close();
    await project.remove();
  }
}

/** The same request, with one thing alone that may be written; undefined for what belongs to no workflow. */
function heldTo(body: Body): Body | undefined {
  const {
    messages = [],
    tools = [],
    max_tokens: most = 2,
  } = body as {
    messages?: Parameters<typeof dueRound>[0]["messages"];
    tools?: { function: { strict?: boolean } }[];
    max_tokens?: number;
  };
  const due = dueRound({ messages });
  if (due === undefined || most <= 1) return undefined;
  const calls = "calls" in due ? due.calls : [];
  const written = [
    ...(due.text === undefined ? [] : [due.text]),
    ...calls.map((call) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`),
  ];
  // Tools that are strict have a grammar of their own, which goes before it.
  const untied = tools.map(({ function: { strict: _, ...tool }, ...rest }) => {
    return { ...rest, function: tool };
  });
  return { ...body, tools: untied, structured_outputs: { choice: [written.join("\n")] } };
}
