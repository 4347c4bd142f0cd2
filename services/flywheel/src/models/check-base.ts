import { subjects } from "@lilux/bus";
import { LiluxError, type ModelArtefact, type Tenant } from "@lilux/protocol";
import type { AskRouterDeps } from "./ask-router.ts";

const WITHIN_MS = 5_000;

/**
 * Throws `invalid_request`, with the model's name, for a ranker that the tenant's router cannot use, such as one
 * fitted on another base. Where no router answers nothing is known: the gate asks again, and routers pass it over.
 */
export async function checkBase(
  { tenant, model, artefact }: { tenant: Tenant; model: string; artefact: ModelArtefact },
  { bus, ended }: Pick<AskRouterDeps, "bus" | "ended">,
): Promise<void> {
  if (artefact.kind !== "router") return;
  try {
    const options = { deadlineMs: WITHIN_MS, signal: ended };
    await bus.request(subjects.trial(tenant), { artefact, lines: [] }, options);
  } catch (thrown) {
    const error = LiluxError.from(thrown);
    if (error.code !== "model_invalid") return;
    throw new LiluxError("invalid_request", {
      message: `${model} cannot be used here. ${error.message}`,
      details: { field: "artefact" },
      cause: error,
    });
  }
}
