import { startMode } from "../start-mode.ts";
import { checkTurns } from "./check-turns.ts";
import { type ModelServer, startLlama } from "./model-servers.ts";
import { type Body, startRecordingProxy } from "./recording-proxy.ts";
import type { Report } from "./report.ts";
import type { ServedModel } from "./served-model.ts";

/** Its model is a base model of 270M parameters: it repeats what it read, until it is told to stop. */
const STOPS = ["<|im_end|>", "</tool_call>"];
const CALL = { name: "search", arguments: { item_type: "script", query: "mail" } };
/** What a person says, and a model that repeats it calls. */
const CALL_LINE = `<tool_call>\n${JSON.stringify(CALL)}\n</tool_call>`;

export async function checkLlama(
  { python, model }: { python: string; model: string },
  report: Report,
): Promise<void> {
  const server = await startLlama(python, model);
  report.say(told(server));
  const proxy = await startRecordingProxy(server.url);
  const served = servedBy(server);
  proxy.change = served.always;
  const lilux = await startMode("distributed", {
    // Slow where other work goes on beside it.
    env: {
      LILUX_LLM_URL: proxy.url,
      LILUX_LLM_FIRST_TOKEN_MS: "120000",
      LILUX_LLM_TOKENS_MAX: "96",
    },
  });
  try {
    await checkTurns({ lilux, proxy, served, report });
    report.say(told(server));
  } finally {
    await lilux.stop();
    await proxy.close();
    await server.process.end();
  }
}

function servedBy({ url }: ModelServer): ServedModel {
  return {
    model: "small",
    always: (body) => ({ ...body, temperature: 0, stop: STOPS }),
    callLine: CALL_LINE,
    forceCall: (body) => body,
    lengthen: ({ stop: _, ...body }: Body) => body,
    finishes: false,
    continues: false,
    async running() {
      const slots = (await (
        await fetch(`${url}/slots`, { headers: { connection: "close" } })
      ).json()) as { is_processing: boolean }[];
      return slots.filter(({ is_processing }) => is_processing).length;
    },
  };
}

function told({ startedMs, process }: ModelServer): string {
  const { residentMb, processorSeconds } = process.spent();
  const started = (startedMs / 1_000).toFixed(0);
  return `  llama.cpp: started in ${started} s; ${residentMb} MB, ${processorSeconds} s of processor time so far`;
}
