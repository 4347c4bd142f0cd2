import type { Wanted } from "@lilux/library-index";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import type { Registry } from "../registry/registry.ts";
import { openItem } from "./open-item.ts";

export interface OpenDeps {
  tenant: Tenant;
  library: Library;
  registry: Registry;
  signal: AbortSignal;
}

/**
 * Opens what an id names, project before user before registry. In the registry a
 * bare id only ever names an item of the tenant's own: whoever else publishes
 * one of that name must be named in full, or a mistyped id would run theirs.
 */
export async function openAnywhere(deps: OpenDeps, wanted: Wanted): Promise<OpenedItem> {
  const { tenant, library, registry, signal } = deps;
  try {
    return await openItem(library, wanted, { tenant, registry });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const isNamespaced = wanted.item_id.startsWith("@");
    if (!isNamespaced && !(await registry.hasNamespace(tenant))) throw error;
    return registry.open({ tenant, ...wanted }, signal).catch((fromRegistry: unknown) => {
      throw isNamespaced ? fromRegistry : localError(error, fromRegistry);
    });
  }
}

/** A bare id that is nowhere is told of as if there were no registry, but for one that is silent. */
function localError(local: LiluxError, fromRegistry: unknown): unknown {
  if (isNotFound(fromRegistry)) return local;
  if (!(fromRegistry instanceof LiluxError) || fromRegistry.code !== "registry_unavailable") {
    return fromRegistry;
  }
  return new LiluxError("item_not_found", {
    message: `${local.message} The registry, which might have it, does not answer.`,
    details: { ...local.details, registry: "unavailable" },
    cause: fromRegistry,
  });
}

function isNotFound(error: unknown): error is LiluxError {
  return error instanceof LiluxError && error.code === "item_not_found";
}
