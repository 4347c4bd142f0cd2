import { and, eq, type SQL } from "drizzle-orm";
import { registryItems, registryVersions } from "../schema.ts";
import type { ItemKey } from "./registry-shapes.ts";

export function isItem({ namespace, itemType, qualifiedId }: ItemKey): SQL | undefined {
  return and(
    eq(registryItems.namespace, namespace),
    eq(registryItems.itemType, itemType),
    eq(registryItems.qualifiedId, qualifiedId),
  );
}

export function isVersionOf({ namespace, itemType, qualifiedId }: ItemKey): SQL | undefined {
  return and(
    eq(registryVersions.namespace, namespace),
    eq(registryVersions.itemType, itemType),
    eq(registryVersions.qualifiedId, qualifiedId),
  );
}
