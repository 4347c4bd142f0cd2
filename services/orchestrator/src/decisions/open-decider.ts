import type { Candidate, Prediction, Thresholds } from "@lilux/protocol";
import { LiluxError } from "@lilux/protocol";
import type { OrchestratorConfig } from "../config.ts";
import type { Decided } from "../model/language-model.ts";
import { modelOfServer } from "../model/openai/create-openai-model.ts";
import { warmLetters } from "../model/openai/decide/warm-letters.ts";
import { examineServer } from "../model/openai/examine-server.ts";
import { createModelServer } from "../model/openai/model-server.ts";
import { type PoolSettings, poolsOf } from "../model/pools/pool-settings.ts";
import { PRIMITIVE_TOOLS } from "../model/tool-definitions.ts";
import { systemPrompt } from "../prompts/system-prompt.ts";
import { askWhichCall } from "./ask-which-call.ts";

/** A configured server that is asked which call is meant, as turns ask it, without turns. */
export interface Decider {
  pool: string;
  ask(question: DeciderQuestion): Promise<Decided>;
}

export interface DeciderQuestion {
  line: string;
  earlier: readonly string[];
  candidates: readonly Candidate[];
  prediction: Prediction;
  thresholds: Thresholds;
}

/** Nobody waits for an answer here: a slow one is worth as much as a fast one. */
const UNHURRIED = { connectMs: 300_000, firstTokenMs: 300_000, idleMs: 300_000 };
const PATIENT = { decisionMs: 300_000, verdictMs: 300_000 };

/** The pool of this name; without one, the pool that doubtful lines go to first. Throws `config_invalid`. */
export async function openDecider(
  config: OrchestratorConfig,
  { pool: wanted, signal }: { pool?: string | undefined; signal: AbortSignal },
): Promise<Decider> {
  const settings = chosenPool(poolsOf(config), wanted);
  const server = createModelServer({ ...settings, deadlines: UNHURRIED });
  const { probes, isComplete } = await examineServer(server, { signal });
  const bad = probes.find(({ state }) => state === "bad");
  if (!isComplete && bad !== undefined) {
    const message = `${settings.name} cannot be asked: ${bad.detail}. ${bad.fix ?? ""}`.trim();
    throw new LiluxError("llm_unavailable", { message });
  }
  const { model: name } = server.knowledge;
  if (name !== undefined) await warmLetters(server, name, signal);
  const model = modelOfServer(server);
  return {
    pool: settings.name,
    ask: ({ line, earlier, candidates, prediction, thresholds }) =>
      askWhichCall({
        model,
        candidates,
        router: { text: line, prediction, leader: candidates[0], thresholds },
        asked: {
          messages: [
            { role: "system", content: systemPrompt("") },
            ...earlier.map((content) => ({ role: "user", content }) as const),
          ],
          tools: PRIMITIVE_TOOLS,
          earlier,
          line,
        },
        within: PATIENT,
        signal,
      }),
  };
}

function chosenPool(pools: readonly PoolSettings[], wanted: string | undefined): PoolSettings {
  const ofName = pools.find(({ name }) => name === wanted);
  const small = pools.find(({ tier }) => tier === "small");
  const chosen = wanted === undefined ? (small ?? pools[0]) : ofName;
  if (chosen !== undefined) return chosen;
  const message =
    wanted === undefined
      ? "No language model is configured. Set LILUX_LLM_URL or LILUX_LLM_POOLS."
      : `There is no pool \`${wanted}\`: ${pools.map(({ name }) => name).join(", ")}.`;
  throw new LiluxError("config_invalid", { message });
}
