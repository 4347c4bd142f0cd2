/** What every object of Kubernetes has; the rest is read where it is asked for. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

export function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (!isRecord(value) || typeof value["apiVersion"] !== "string") return false;
  const { metadata } = value;
  return (
    typeof value["kind"] === "string" && isRecord(metadata) && typeof metadata["name"] === "string"
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Deployment lilux/gateway`. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  const { namespace, name } = metadata;
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
