import { join } from "node:path";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { renderOverlay } from "./render-overlay.ts";

export const DEPLOYED = join(import.meta.dirname, "..", "..", "..", "deploy", "k8s");

/** An overlay, or the base, and components that an installation may add; paths below deploy/k8s. */
export type Installation = readonly [folder: string, ...components: string[]];

/** Where every connection between two parts shows certificates of both. */
export const WITH_CERTIFICATES: readonly Installation[] = [
  ["overlays/demo", "components/certificates", "components/server-certificates"],
  ["overlays/multi-zone", "components/certificates"],
  ["overlays/production", "components/certificates", "components/several-kiwis"],
  [
    "overlays/production",
    "components/vllm",
    "components/flywheel",
    "components/certificates",
    "components/flywheel-certificates",
  ],
];

/** Together they have every file of deploy/k8s in them; a test holds that. */
export const INSTALLATIONS: readonly Installation[] = [
  ["overlays/demo"],
  ["overlays/production"],
  ["overlays/multi-zone"],
  ["base", "components/gvisor"],
  ["overlays/demo", "components/external-model"],
  ["overlays/production", "components/vllm", "components/flywheel"],
  ...WITH_CERTIFICATES,
];

export function objectsOf([folder, ...components]: Installation): KubernetesObject[] {
  const paths = components.map((path) => join(DEPLOYED, path));
  return renderOverlay(join(DEPLOYED, folder), ...paths);
}

export const titleOf = (installation: Installation): string => installation.join(" with ");
