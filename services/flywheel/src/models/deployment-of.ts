import type { StoredModel, TenantDeployment } from "@lilux/database";
import type { Deployment, RouterPart } from "@lilux/protocol";
import { artefactOf } from "./artefact-of.ts";

/** What routers and orchestrators are told. Throws `model_invalid` where a model's file cannot be read. */
export function deploymentOf(told: TenantDeployment): Deployment {
  const { tenant, revision, models } = told;
  const router = partsOf(models, routerPart);
  const orchestrator = partsOf(models, orchestratorPart);
  return {
    tenant,
    revision,
    ...(router === undefined ? {} : { router }),
    ...(orchestrator === undefined ? {} : { orchestrator }),
    ...thresholdsPart(told),
  };
}

/** A bar that was fitted on another model's confidence says nothing of this one's. */
function thresholdsPart({ models, threshold }: TenantDeployment): Pick<Deployment, "thresholds"> {
  if (threshold === undefined || threshold.mode === "off" || threshold.act === null) return {};
  const live = models.find(({ kind, stage }) => kind === "router" && stage === "live");
  const isOfAnother = threshold.model !== (live?.model ?? null);
  return isOfAnother ? {} : { thresholds: { act: threshold.act } };
}

function routerPart(stored: StoredModel): RouterPart | undefined {
  const { model, sha256 } = stored;
  const artefact = artefactOf(stored);
  return artefact.kind === "router" ? { model, sha256, artefact } : undefined;
}

function orchestratorPart(stored: StoredModel) {
  const { model } = stored;
  const artefact = artefactOf(stored);
  return artefact.kind === "orchestrator" ? { model, served: artefact.served } : undefined;
}

function partsOf<Part>(
  models: readonly StoredModel[],
  partOf: (model: StoredModel) => Part | undefined,
) {
  const parts: { live?: Part; trial?: Part & { stage: "shadow" | "canary"; share: number } } = {};
  for (const model of models) {
    const part = partOf(model);
    if (part === undefined) continue;
    const { stage, share } = model;
    if (stage === "live") parts.live = part;
    if (stage === "shadow" || stage === "canary") parts.trial = { ...part, stage, share };
  }
  return Object.keys(parts).length === 0 ? undefined : parts;
}
