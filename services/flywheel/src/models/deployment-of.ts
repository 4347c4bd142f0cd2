import type { StoredModel, TenantDeployment } from "@lilux/database";
import type { Deployment, RouterPart } from "@lilux/protocol";

/** What routers and orchestrators are told. */
export function deploymentOf({ tenant, revision, models }: TenantDeployment): Deployment {
  const router = partsOf(models, routerPart);
  const orchestrator = partsOf(models, orchestratorPart);
  return {
    tenant,
    revision,
    ...(router === undefined ? {} : { router }),
    ...(orchestrator === undefined ? {} : { orchestrator }),
  };
}

function routerPart({ model, sha256, artefact }: StoredModel): RouterPart | undefined {
  return artefact.kind === "router" ? { model, sha256, artefact } : undefined;
}

function orchestratorPart({ model, artefact }: StoredModel) {
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
