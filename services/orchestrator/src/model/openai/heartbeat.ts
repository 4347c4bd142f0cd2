import type { ModelServer } from "./model-server.ts";
import { keyHeader } from "./open-stream.ts";
import { serverUrl } from "./openai-settings.ts";

/** Whether a server's engine works, as it says itself: its health checks answer while the engine hangs. */
export interface Heartbeat {
  /**
   * Whether requests run and no step was made since it was asked last, or nobody
   * answers any more. Never throws; false where a server tells no steps.
   */
  isFrozen(signal: AbortSignal): Promise<boolean>;
}

interface Beat {
  steps: number;
  running: number;
}

const DEADLINE_MS = 2_000;
/** Where only the figures do not come, a token is not spent on it each time. */
const SILENCES_OF_SUSPICION = 15;
const BODY_CHARACTERS_MAX = 4 * 1024 * 1024;
const STEPS = /^vllm:iteration_tokens_total_count(?:\{[^}]*\})?\s+(\S+)/gm;
const RUNNING = /^vllm:num_requests_running(?:\{[^}]*\})?\s+(\S+)/gm;

export function createHeartbeat(server: ModelServer): Heartbeat {
  let last: Beat | undefined;
  let silences = 0;
  return {
    async isFrozen(signal) {
      // Others than vLLM have no such steps; what stands before several servers has those of none.
      if (!server.knowledge.tellsRunning) return false;
      const beat = await read(server, signal);
      if (beat === "silent") {
        silences += 1;
        return silences % SILENCES_OF_SUSPICION === 1;
      }
      const before = last;
      last = beat;
      silences = 0;
      if (before === undefined || beat === undefined) return false;
      return beat.running > 0 && before.running > 0 && beat.steps === before.steps;
    },
  };
}

async function read(
  { settings, target }: ModelServer,
  caller: AbortSignal,
): Promise<Beat | "silent" | undefined> {
  try {
    const response = await fetch(serverUrl(settings.url, "metrics"), {
      headers: keyHeader(target.apiKey),
      redirect: "error",
      signal: AbortSignal.any([caller, AbortSignal.timeout(DEADLINE_MS)]),
    });
    const text = (await response.text()).slice(0, BODY_CHARACTERS_MAX);
    return response.ok ? beatIn(text) : undefined;
  } catch {
    return "silent";
  }
}

function beatIn(text: string): Beat | undefined {
  const steps = sumOf(text, STEPS);
  const running = sumOf(text, RUNNING);
  return steps === undefined || running === undefined ? undefined : { steps, running };
}

/** Over all engines behind the address. */
function sumOf(text: string, line: RegExp): number | undefined {
  const values = [...text.matchAll(line)].map(([, value]) => Number(value));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}
