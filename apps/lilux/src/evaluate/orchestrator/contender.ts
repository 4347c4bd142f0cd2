import type { LanguageModel, OrchestratorConfig } from "@lilux/orchestrator";
import { LiluxError } from "@lilux/protocol";
import { createRuleModel } from "./rule-model.ts";

/** A model that is evaluated, as the report names it. */
export interface Contender {
  name: string;
  /** Of a server, a configuration for each time that every case is taken. None: no server answers. */
  configs?: readonly OrchestratorConfig[];
  /** Instead of a server; without both, the built-in model. */
  model?: LanguageModel;
}

export interface ContenderOptions {
  /** Of one answer. */
  tokensMax?: number | undefined;
  /** 0: the likeliest words, always the same ones. */
  temperature?: number | undefined;
  /** `decide`: a server's model decides on each line, and the built-in one tells results and takes steps. `all` unless told. */
  role?: ContenderRole | undefined;
  /** How often every case is taken, each time with another seed; once at a temperature of 0, else three times. */
  times?: number | undefined;
}

export type ContenderRole = "decide" | "all";

const BUILT_IN = "built-in";
/** What the router's confidence says, and nothing else: whoever reads the line has to be better. */
const RULE = "rule";
/** Nobody waits for an evaluation; how long it takes is told, and cuts nothing short. */
const PATIENT_MS = 300_000;
const TIMES = 3;

export const ALWAYS_THERE = [BUILT_IN, RULE];

/** `built-in`, `rule`, an address, or `name=address`; a model that the server lists follows after `#`. */
export function readContender(text: string, options: ContenderOptions = {}): Contender {
  if (text === BUILT_IN) return { name: BUILT_IN };
  if (text === RULE) return { name: RULE, model: createRuleModel() };
  const [, name, url = "", model] =
    /^(?:([\w.-]+)=)?(https?:\/\/[^#\s]+)(?:#(\S+))?$/.exec(text) ?? [];
  if (url === "") {
    const message = `--model takes ${BUILT_IN}, ${RULE}, an address such as http://127.0.0.1:8000/v1, or name=address#model. "${text}" is none of these.`;
    throw new LiluxError("invalid_request", { message });
  }
  const { tokensMax, temperature = 0, times = temperature === 0 ? 1 : TIMES, role } = options;
  const configs = Array.from({ length: times }, (_, at): OrchestratorConfig => {
    const languageModel = {
      url,
      ...(model === undefined ? {} : { model }),
      ...(tokensMax === undefined ? {} : { tokensMax }),
      sampling: { temperature, seed: at + 1 },
      deadlines: { firstTokenMs: PATIENT_MS, idleMs: PATIENT_MS },
    };
    const pool = { name: "local", isLocal: true, tellsOrigin: false, ...languageModel };
    return {
      ...(role === "decide" ? { local: { role, pool } } : { languageModel }),
      verifyWithin: { decisionMs: PATIENT_MS, verdictMs: PATIENT_MS },
    };
  });
  return { name: name ?? model ?? url, configs };
}
