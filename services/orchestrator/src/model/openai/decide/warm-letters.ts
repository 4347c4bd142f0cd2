import { letterOf } from "../../lettered-question.ts";
import type { ModelServer } from "../model-server.ts";
import { askRoute } from "./ask-route.ts";

/** A call and none of them, up to three calls and none of them. */
const OPTION_COUNTS = [2, 3, 4];
const WITHIN_MS = 60_000;

/**
 * Asks once for a letter of each set that a question may have: the first use of a grammar takes vLLM
 * seconds, and a doubtful line waits for a part of one. Never throws.
 */
export async function warmLetters(
  server: ModelServer,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  const { route, tokens, isVllm } = server.knowledge.decisions;
  if (!isVllm || !tokens || route !== undefined) return;
  for (const count of OPTION_COUNTS) {
    const choice = Array.from({ length: count }, (_, at) => letterOf(at));
    const messages = [{ role: "user", content: "Answer with one letter." }];
    const body = { model, messages, max_tokens: 1, structured_outputs: { choice } };
    const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
    const asked = { path: "chat/completions", body, headers: {}, signal: within } as const;
    await askRoute(server, asked).catch(() => undefined);
  }
}
