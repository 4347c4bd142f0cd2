import { createParser, LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import type { Environment } from "../environment.ts";
import type { RestClient } from "../rest-client.ts";
import { clientOf, instanceUrl } from "./instance.ts";

export interface Finding {
  check: string;
  /** `warn` costs a feature, `bad` keeps something from working. */
  state: "good" | "warn" | "bad";
  detail: string;
  fix?: string;
}

const models = createParser(
  Type.Object({ data: Type.Array(Type.Object({ id: Type.String() })) }),
  "the instance's answer",
  "internal",
);

/** Names that every instance has: whoever is configured, and the router. */
const ALWAYS = new Set(["lilux", "lilux-router"]);

/** What an instance that answers says of itself; undefined where none does. */
export async function askInstance(env: Environment): Promise<Finding[] | undefined> {
  const client = clientOf(env);
  const readiness = await client.readiness();
  if (readiness === undefined) return undefined;
  const at = instanceUrl(env);
  const instance: Finding = readiness.ready
    ? { check: "instance", state: "good", detail: `ready at ${at}` }
    : {
        check: "instance",
        state: "bad",
        detail: `${at} is not ready: ${readiness.reasons.join(", ")}`,
        fix: "Wait a moment if it has just been started; else its log says more.",
      };
  return [instance, await languageModelOf(client)];
}

async function languageModelOf(client: RestClient): Promise<Finding> {
  const check = "language model";
  try {
    const { data } = models.parse(await client.request({ path: "/v1/models" }));
    const ids = data.map(({ id }) => id).filter((id) => !ALWAYS.has(id));
    if (ids.length > 0)
      return { check, state: "good", detail: `the instance has ${ids.join(", ")}` };
    const fix =
      "Set LILUX_LLM_URL where the instance is started, to any OpenAI-compatible server, or serve a small one here: lilux model add orchestrator-small, then lilux up --local-model.";
    const detail = "the instance has none; the built-in one answers from results only";
    return { check, state: "warn", detail, fix };
  } catch (error) {
    return { check, state: "warn", detail: LiluxError.from(error).message };
  }
}
