import { isRecord, type KubernetesObject, nameOf } from "./kubernetes-object.ts";

/** A pod as an object would make it. */
export interface PlannedPod {
  /** Of the object, for messages. */
  from: string;
  kind: string;
  name: string;
  namespace: string;
  labels: Record<string, string>;
  replicas: number;
  spec: Record<string, unknown>;
  containers: PlannedContainer[];
}

export interface PlannedContainer {
  name: string;
  isInit: boolean;
  fields: Record<string, unknown>;
}

export function podsOf(objects: readonly KubernetesObject[]): PlannedPod[] {
  return objects.flatMap((object) => {
    const template = at(object, "spec", "template");
    const spec = at(template, "spec");
    if (!isRecord(spec)) return [];
    const { namespace = "default", name } = object.metadata;
    const replicas = at(object, "spec", "replicas");
    return [
      {
        from: nameOf(object),
        kind: object.kind,
        name,
        namespace,
        labels: stringsOf(at(template, "metadata", "labels")),
        replicas: typeof replicas === "number" ? replicas : 1,
        spec,
        containers: [
          ...containers(spec["containers"], false),
          ...containers(spec["initContainers"], true),
        ],
      },
    ];
  });
}

/** What lies at a path of an object; undefined where it leads nowhere. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), value);
}

export function recordsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function stringsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

function containers(value: unknown, isInit: boolean): PlannedContainer[] {
  return recordsOf(value).map((fields) => ({ name: String(fields["name"]), isInit, fields }));
}
