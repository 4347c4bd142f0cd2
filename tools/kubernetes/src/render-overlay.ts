import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import {
  isKubernetesObject,
  isRecord,
  type KubernetesObject,
  nameOf,
} from "./kubernetes-object.ts";
import { isPatchStep, patchJson } from "./patch-json.ts";

/** What of kustomize's language deploy/k8s uses. Anything else is refused: tests would not see it. */
const KNOWN_FIELDS = ["apiVersion", "kind", "resources", "components", "patches", "images"];
/** 1.1 has octal numbers as 0440, and more words for true and false. */
const YAML_OF_KUBERNETES = { version: "1.1" } as const;
const KINDS = ["Kustomization", "Component"];

/**
 * The objects of an overlay and of components on top of it, as `kubectl kustomize` makes them
 * (compared by `npm run test:kubernetes`), without that program, so that tests can ask anywhere what would
 * be deployed.
 */
export function renderOverlay(folder: string, ...components: string[]): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (const path of [folder, ...components]) addFolder(path, objects);
  const names = objects.map(nameOf);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`${folder}: twice there: ${twice.join(", ")}`);
  return objects;
}

/** Resources first, then components over all so far, then its own patches and images, as kustomize does. */
function addFolder(folder: string, objects: KubernetesObject[]): void {
  const file = join(folder, "kustomization.yaml");
  const wanted: unknown = parse(readFileSync(file, "utf8"), YAML_OF_KUBERNETES);
  if (!isRecord(wanted)) throw new Error(`${file} is empty`);
  const unknown = Object.keys(wanted).filter((field) => !KNOWN_FIELDS.includes(field));
  if (unknown.length > 0 || !KINDS.includes(String(wanted["kind"]))) {
    throw new Error(`${file}: not known here: ${[wanted["kind"], ...unknown].join(", ")}`);
  }
  for (const path of texts(wanted["resources"])) addResource(join(folder, path), objects);
  for (const path of texts(wanted["components"])) addFolder(join(folder, path), objects);
  for (const patch of records(wanted["patches"])) applyPatch(patch, objects, file);
  for (const image of records(wanted["images"])) setImage(image, objects);
}

function addResource(path: string, objects: KubernetesObject[]): void {
  if (statSync(path).isDirectory()) {
    addFolder(path, objects);
    return;
  }
  for (const document of parseAllDocuments(readFileSync(path, "utf8"), YAML_OF_KUBERNETES)) {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${path}: ${error.message}`);
    const value: unknown = document.toJS();
    if (!isKubernetesObject(value)) throw new Error(`${path}: something is no object`);
    objects.push(value);
  }
}

function applyPatch(
  { target, patch }: Record<string, unknown>,
  objects: KubernetesObject[],
  file: string,
): void {
  if (!isRecord(target) || typeof patch !== "string") throw new Error(`${file}: a patch by file`);
  const chosen = objects.filter((object) => isTarget(object, target));
  if (chosen.length === 0) throw new Error(`${file}: nothing is ${JSON.stringify(target)}`);
  const steps: unknown = parse(patch, YAML_OF_KUBERNETES);
  if (isRecord(steps) && steps["$patch"] === "delete") {
    for (const object of chosen) objects.splice(objects.indexOf(object), 1);
  } else if (Array.isArray(steps) && steps.every(isPatchStep)) {
    for (const object of chosen) patchJson(object, steps);
  } else throw new Error(`${file}: only steps of RFC 6902 and deletion are known here`);
}

/** Kinds, names and namespaces are expressions for the whole name. */
function isTarget(object: KubernetesObject, target: Record<string, unknown>): boolean {
  const { kind, metadata } = object;
  const has: Record<string, string> = {
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? "",
  };
  return Object.entries(target).every(([field, wanted]) => {
    const value = has[field];
    if (value === undefined) throw new Error(`a target by ${field} is not known here`);
    return new RegExp(`^(?:${String(wanted)})$`).test(value);
  });
}

function setImage(image: Record<string, unknown>, objects: KubernetesObject[]): void {
  const { name, newName = name, newTag, digest } = image;
  const suffix = digest === undefined ? `:${String(newTag)}` : `@${String(digest)}`;
  for (const container of objects.flatMap((object) => containersIn(object))) {
    const [repository] = String(container["image"]).split(/[:@]/);
    if (repository === name) container["image"] = `${String(newName)}${suffix}`;
  }
}

function containersIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(containersIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === "containers" || key === "initContainers" ? records(part) : containersIn(part),
  );
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
