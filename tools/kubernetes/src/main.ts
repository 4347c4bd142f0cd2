// `npm run test:kubernetes`: every installation of deploy/k8s is rendered by kubectl (or kustomize) and
// compared with what the tests look at, and checked against the schemas of every supported version
// of Kubernetes. Its argument is where kubernetes-validate is.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseAllDocuments, stringify } from "yaml";
import { DEPLOYED, INSTALLATIONS, type Installation, objectsOf, titleOf } from "./installations.ts";
import { isKubernetesObject, type KubernetesObject, nameOf } from "./kubernetes-object.ts";

const VERSIONS = ["1.34", "1.35", "1.36", "1.37"];
const RENDER_WITHIN_MS = 60_000;
/** Their schemas come with their operators; only a cluster that has those can check them. */
const OF_OPERATORS = /^(?:keda\.sh|monitoring\.coreos\.com)\//;

const [validator = "kubernetes-validate"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "lilux-k8s-"));
const problems: string[] = [];

try {
  for (const installation of INSTALLATIONS) {
    const objects = objectsOf(installation);
    check(`${titleOf(installation)}: rendered as kubectl renders it`, differences(installation));
    for (const version of VERSIONS) {
      check(`${titleOf(installation)}: fits the schemas of ${version}`, misfits(objects, version));
    }
  }
  const [first] = objectsOf(["overlays/demo"]).filter(({ kind }) => kind === "Deployment");
  const misspelt = { ...first, spec: { ...Object(first?.["spec"]), replicsa: 2 } };
  const noticed = misfits([misspelt as KubernetesObject], "1.36").length > 0;
  check("a misspelt field does not fit", noticed ? [] : ["it was let through"]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const left = INSTALLATIONS.flatMap(objectsOf).filter(({ apiVersion }) =>
  OF_OPERATORS.test(apiVersion),
);
const kinds = [...new Set(left.map(({ kind }) => kind))].join(", ");
process.stdout.write(`not checked, since their schemas are their operators': ${kinds}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function check(title: string, wrong: readonly string[]): void {
  process.stdout.write(`${wrong.length === 0 ? "ok  " : "NOT "} ${title}\n`);
  for (const line of wrong) process.stdout.write(`      ${line}\n`);
  problems.push(...wrong);
}

function differences(installation: Installation): string[] {
  const theirs = rendered(installation);
  if (typeof theirs === "string") return [theirs];
  const ours = new Map(objectsOf(installation).map((object) => [nameOf(object), object]));
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(ours.get(name), theirs.get(name)));
}

/** By kubectl or kustomize, whichever is there; a sentence where neither is. */
function rendered([base, ...components]: Installation): Map<string, KubernetesObject> | string {
  const there = (path: string): string => relative(folder, join(DEPLOYED, path));
  const wanted = { resources: [there(base)], components: components.map(there) };
  writeFileSync(join(folder, "kustomization.yaml"), stringify(wanted));
  for (const [program, args] of [
    ["kubectl", ["kustomize", folder]],
    ["kustomize", ["build", folder]],
  ] as const) {
    const ran = spawnSync(program, args, { encoding: "utf8", timeout: RENDER_WITHIN_MS });
    if (ran.error !== undefined) continue;
    if (ran.status !== 0) return ran.stderr.trim();
    const objects = parseAllDocuments(ran.stdout).map((document): unknown => document.toJS());
    return new Map(
      objects.filter(isKubernetesObject).map((object) => [nameOf(object), object] as const),
    );
  }
  return "neither kubectl nor kustomize is on the PATH: nothing was compared";
}

function misfits(objects: readonly KubernetesObject[], version: string): string[] {
  const file = join(folder, "objects.yaml");
  const own = objects.filter(({ apiVersion }) => !OF_OPERATORS.test(apiVersion));
  writeFileSync(file, own.map((object) => stringify(object)).join("---\n"));
  const args = ["--strict", "-k", version, file];
  const ran = spawnSync(validator, args, { encoding: "utf8", timeout: RENDER_WITHIN_MS });
  if (ran.error !== undefined) return [`${validator} cannot be run: ${ran.error.message}`];
  const told = `${ran.stdout}${ran.stderr}`.trim().split("\n");
  return ran.status === 0 ? [] : told.slice(0, 10);
}
