import type { OrchestratorConfig } from "@lilux/orchestrator";
import { LiluxError } from "@lilux/protocol";

/** A model that is evaluated, as the report names it. */
export interface Contender {
  name: string;
  /** None: the built-in model. */
  config?: OrchestratorConfig;
}

const BUILT_IN = "built-in";
/** Nobody waits for an evaluation; how long it takes is told, and cuts nothing short. */
const PATIENT_MS = 300_000;

/** `built-in`, an address, or `name=address`; a model that the server lists follows after `#`. */
export function readContender(text: string, { tokensMax }: { tokensMax?: number } = {}): Contender {
  if (text === BUILT_IN) return { name: BUILT_IN };
  const [, name, url = "", model] =
    /^(?:([\w.-]+)=)?(https?:\/\/[^#\s]+)(?:#(\S+))?$/.exec(text) ?? [];
  if (url === "") {
    const message = `--model takes ${BUILT_IN}, an address such as http://127.0.0.1:8000/v1, or name=address#model. "${text}" is none of these.`;
    throw new LiluxError("invalid_request", { message });
  }
  return {
    name: name ?? model ?? url,
    config: {
      languageModel: {
        url,
        ...(model === undefined ? {} : { model }),
        ...(tokensMax === undefined ? {} : { tokensMax }),
        deadlines: { firstTokenMs: PATIENT_MS, idleMs: PATIENT_MS },
      },
      verifyWithin: { decisionMs: PATIENT_MS, verdictMs: PATIENT_MS },
    },
  };
}
