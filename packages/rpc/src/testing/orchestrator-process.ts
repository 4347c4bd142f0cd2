import { parseArgs } from "node:util";
import { SILENT_LOG } from "@lilux/core/telemetry";
import type { RunTurn } from "../run-turn.ts";
import { serveOrchestrator } from "../serve-orchestrator.ts";
import { untilSignal } from "./scripted-kiwi.ts";

// An orchestrator as a process of its own, so that a test can kill it. It
// starts every turn and ends none: only the death of the process ends it.
const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });

const runTurn: RunTurn = async function* ({ turn }, { signal }) {
  yield { type: "text-delta", turnId: turn.turnId, text: "working" };
  await untilSignal(signal, () => {});
};

const server = await serveOrchestrator({
  runTurn,
  listModels: async () => [],
  host: "127.0.0.1",
  port: Number(values.port),
  logger: SILENT_LOG,
});
process.send?.(server.port);
