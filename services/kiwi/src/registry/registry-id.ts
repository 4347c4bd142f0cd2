import { isTenant } from "@lilux/protocol";

/** What an id means in the registry. */
export interface RegistryId {
  /** Undefined: the asking tenant's own. */
  namespace: string | undefined;
  /** Bare or qualified. */
  id: string;
  /** A version or range after the last `@`. */
  version: string | undefined;
}

const WITH_VERSION = /^(.*[^@/])@([^@/]+)$/;
const WITH_NAMESPACE = /^@([^/@]+)\/(.+)$/;

/**
 * Reads `@namespace/category/id@range`, where namespace and range may be left
 * out. Undefined for an id that begins with `@` and names no namespace.
 */
export function readRegistryId(text: string): RegistryId | undefined {
  const [, before, version] = WITH_VERSION.exec(text) ?? [];
  const rest = (before ?? text).normalize();
  if (!rest.startsWith("@")) return { namespace: undefined, id: rest, version };
  const [, namespace, id] = WITH_NAMESPACE.exec(rest) ?? [];
  if (namespace === undefined || id === undefined || !isTenant(namespace)) return undefined;
  return { namespace, id, version };
}

/** The id by which everybody can name an item. */
export function registryIdOf({
  namespace,
  qualifiedId,
}: {
  namespace: string;
  qualifiedId: string;
}): string {
  return `@${namespace}/${qualifiedId}`;
}

/** The namespace a local item's place says it was pulled from: `@acme/email` is `acme`. */
export function namespaceOfCategory(category: string): string | undefined {
  const [first = ""] = category.split("/");
  return first.startsWith("@") ? first.slice(1) : undefined;
}
