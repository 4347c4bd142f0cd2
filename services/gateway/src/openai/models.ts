import { LiluxError, type Tenant } from "@lilux/protocol";
import type { ListModels, ListModelsOptions } from "@lilux/rpc";

/** Who is configured, in its order, and the built-in form when none of them answers. */
export const ANY_MODEL = "lilux";
/** It decides which call a line means, and writes nothing. */
export const ROUTER_MODEL = "lilux-router";

/** The names a tenant may give as `model`. */
export async function modelsOf(
  tenant: Tenant,
  options: ListModelsOptions & { listModels: ListModels },
): Promise<string[]> {
  const { listModels, ...rest } = options;
  const offered = await listModels(tenant, rest);
  return [...new Set([ANY_MODEL, ROUTER_MODEL, ...offered.map(({ id }) => id)])];
}

/** The pool that a name of a chat's model means; undefined for all of them. Throws `unknown_model`. */
export async function poolOf(
  model: string,
  tenant: Tenant,
  options: ListModelsOptions & { listModels: ListModels },
): Promise<string | undefined> {
  if (model === ANY_MODEL) return undefined;
  const { listModels, ...rest } = options;
  const offered = await listModels(tenant, rest);
  const found = offered.find(({ id }) => id === model);
  if (found !== undefined) return found.pool;
  throw unknownModel(model, [ANY_MODEL, ...offered.map(({ id }) => id)]);
}

export function unknownModel(model: string, known: readonly string[]): LiluxError {
  const named = model.slice(0, 128);
  return new LiluxError("unknown_model", {
    message: `There is no model \`${named}\` for this here. There is: ${[...new Set(known)].join(", ")}.`,
    details: { field: "model", models: known },
  });
}
