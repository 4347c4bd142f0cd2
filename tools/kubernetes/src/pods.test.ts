import { expect, test } from "vitest";
import { INSTALLATIONS, objectsOf, titleOf } from "./installations.ts";
import { nameOf } from "./kubernetes-object.ts";
import { at, type PlannedContainer, type PlannedPod, podsOf, recordsOf } from "./pods.ts";

type Rule = [says: string, holds: (pod: PlannedPod) => boolean];

const everyContainer =
  (holds: (container: PlannedContainer) => boolean) =>
  ({ containers }: PlannedPod): boolean =>
    containers.length > 0 && containers.every(holds);

const ofServers =
  (holds: (container: PlannedContainer) => boolean) =>
  ({ kind, containers }: PlannedPod): boolean =>
    kind === "Job" || containers.filter(({ isInit }) => !isInit).every(holds);

const isKeptRunning = ({ kind }: PlannedPod): boolean =>
  kind === "Deployment" || kind === "StatefulSet";

/** Scripts need it so; its component says why. */
const isUserNamespaced = ({ name, spec }: PlannedPod): boolean =>
  name === "kiwi" && spec["hostUsers"] === false;

const seccompOf = ({ spec }: PlannedPod): unknown =>
  at(spec, "securityContext", "seccompProfile", "type");

const POD_RULES: readonly Rule[] = [
  [
    "never root",
    ({ spec }) =>
      at(spec, "securityContext", "runAsNonRoot") === true &&
      Number(at(spec, "securityContext", "runAsUser")) > 0,
  ],
  [
    "the runtime's filter of system calls, or a user namespace",
    (pod) =>
      seccompOf(pod) === "RuntimeDefault" ||
      (seccompOf(pod) === "Unconfined" && isUserNamespaced(pod)),
  ],
  ["no token of the cluster's API", ({ spec }) => spec["automountServiceAccountToken"] === false],
  [
    "no addresses of Services in the environment",
    ({ spec }) => spec["enableServiceLinks"] === false,
  ],
  [
    "nothing of the node's",
    ({ spec }) =>
      !["hostNetwork", "hostPID", "hostIPC"].some((field) => field in spec) &&
      recordsOf(spec["volumes"]).every((volume) => !("hostPath" in volume)),
  ],
  [
    "time to stop in",
    ({ kind, spec }) => kind === "Job" || Number(spec["terminationGracePeriodSeconds"]) >= 30,
  ],
  [
    "spread over hosts or zones",
    ({ kind, labels, spec }) => {
      if (kind === "Job") return true;
      const constraints = recordsOf(spec["topologySpreadConstraints"]);
      const name = "app.kubernetes.io/name";
      return (
        constraints.length > 0 &&
        constraints.every(
          (constraint) => at(constraint, "labelSelector", "matchLabels", name) === labels[name],
        )
      );
    },
  ],
];

const CONTAINER_RULES: readonly Rule[] = [
  [
    "a root that cannot be written",
    everyContainer(
      ({ fields }) => at(fields, "securityContext", "readOnlyRootFilesystem") === true,
    ),
  ],
  [
    "no more rights than it began with",
    everyContainer(
      ({ fields }) =>
        at(fields, "securityContext", "allowPrivilegeEscalation") === false &&
        at(fields, "securityContext", "privileged") === undefined,
    ),
  ],
  [
    "no capabilities",
    everyContainer(
      ({ fields }) =>
        JSON.stringify(at(fields, "securityContext", "capabilities")) === '{"drop":["ALL"]}',
    ),
  ],
  [
    "processor and memory asked for, and memory no more than that",
    everyContainer(({ fields }) => {
      const memory = at(fields, "resources", "requests", "memory");
      return (
        at(fields, "resources", "requests", "cpu") !== undefined &&
        memory !== undefined &&
        memory === at(fields, "resources", "limits", "memory")
      );
    }),
  ],
  [
    "an image of one version",
    everyContainer(({ fields }) =>
      /(?::(?!latest$)[\w][\w.-]*|@sha256:[0-9a-f]{64})$/.test(String(fields["image"])),
    ),
  ],
  [
    "probes of start, life and readiness",
    ofServers(({ fields }) =>
      ["startupProbe", "livenessProbe", "readinessProbe"].every((probe) => probe in fields),
    ),
  ],
  [
    "patience of liveness",
    ofServers(({ fields }) => Number(at(fields, "livenessProbe", "timeoutSeconds")) >= 3),
  ],
  [
    "volumes that are there",
    (pod) =>
      pod.containers.every(({ fields }) =>
        recordsOf(fields["volumeMounts"]).every(({ name }) =>
          recordsOf(pod.spec["volumes"]).some((volume) => volume["name"] === name),
        ),
      ),
  ],
  [
    "somewhere bounded to write",
    ({ spec }) =>
      recordsOf(spec["volumes"]).every(
        (volume) => !("emptyDir" in volume) || at(volume, "emptyDir", "sizeLimit") !== undefined,
      ),
  ],
];

const cases = INSTALLATIONS.map((installation) => [titleOf(installation), installation] as const);

test.each(cases)(
  "every pod of %s is as confined and as bounded as it can be",
  (_title, installation) => {
    const pods = podsOf(objectsOf(installation));
    const broken = pods.flatMap((pod) =>
      [...POD_RULES, ...CONTAINER_RULES]
        .filter(([, holds]) => !holds(pod))
        .map(([says]) => `${pod.from} has not: ${says}`),
    );
    expect(broken).toEqual([]);
    expect(pods.length).toBeGreaterThan(4);
  },
);

test.each(cases)(
  "everything of %s that is kept running has a budget of disruption, and others find it",
  (_title, installation) => {
    const objects = objectsOf(installation);
    const selectors = (kind: string): string[] =>
      objects
        .filter((object) => object.kind === kind)
        .map(({ metadata, spec }) => {
          const chosen =
            kind === "Service" ? at(spec, "selector") : at(spec, "selector", "matchLabels");
          return `${metadata.namespace} ${JSON.stringify(chosen)}`;
        });
    const label = ({ namespace, labels }: PlannedPod): string =>
      `${namespace} ${JSON.stringify({ "app.kubernetes.io/name": labels["app.kubernetes.io/name"] })}`;
    const servers = podsOf(objects).filter(isKeptRunning);
    expect(selectors("PodDisruptionBudget").sort()).toEqual(servers.map(label).sort());
    const kinds = [...selectors("Deployment"), ...selectors("StatefulSet")];
    expect(kinds.sort()).toEqual(servers.map(label).sort());
    expect(servers.map(label)).toEqual(expect.arrayContaining(selectors("Service")));
    const budgets = objects.filter(({ kind }) => kind === "PodDisruptionBudget");
    expect(budgets.map(({ spec }) => at(spec, "maxUnavailable"))).toEqual(budgets.map(() => 1));
  },
);

test.each(cases)(
  "namespaces of %s enforce the strictest level, but for kiwi's where scripts run",
  (_title, installation) => {
    const objects = objectsOf(installation);
    const scriptsRun = podsOf(objects).some(isUserNamespaced);
    const namespaces = objects.filter(({ kind }) => kind === "Namespace");
    const levels = namespaces.map((object) => [
      nameOf(object),
      object.metadata.labels?.["pod-security.kubernetes.io/enforce"],
    ]);
    expect(levels).toEqual(
      namespaces.map((object) => [
        nameOf(object),
        scriptsRun && object.metadata.name === "lilux-sandbox" ? "privileged" : "restricted",
      ]),
    );
    expect(
      namespaces.every(
        ({ metadata }) => metadata.labels?.["pod-security.kubernetes.io/warn"] === "restricted",
      ),
    ).toBe(true);
    // Whatever is in a namespace names it: an apply into another one would be half an installation.
    const rooms = new Set(namespaces.map(({ metadata }) => metadata.name));
    const unplaced = objects.filter(
      ({ kind, metadata }) =>
        !["Namespace", "RuntimeClass", "ClusterIssuer"].includes(kind) &&
        // Of cert-manager, which brings its own.
        metadata.namespace !== "cert-manager" &&
        !rooms.has(metadata.namespace ?? ""),
    );
    expect(unplaced.map(nameOf)).toEqual([]);
  },
);

test("production names its own image by digest, and every zone has a pod of each", () => {
  const pods = podsOf(objectsOf(["overlays/multi-zone"]));
  const images = pods.flatMap(({ containers }) =>
    containers.map(({ fields }) => String(fields["image"])),
  );
  expect(images.filter((image) => !image.includes("@sha256:"))).toEqual([]);
  const spread = pods
    .filter(({ name }) => name !== "kiwi")
    .map(({ name, spec }) => [
      name,
      at(recordsOf(spec["topologySpreadConstraints"])[0], "whenUnsatisfiable"),
    ]);
  expect(new Set(spread.map(([, word]) => word))).toEqual(new Set(["DoNotSchedule"]));
});

test("scaling never takes pods away because nothing was measured, and never below what is promised", () => {
  const objects = objectsOf(["overlays/multi-zone"]);
  const scaled = objects.filter(({ kind }) => kind === "ScaledObject");
  expect(scaled.map(({ metadata }) => metadata.name).sort()).toEqual([
    "gateway",
    "orchestrator",
    "router",
  ]);
  for (const { spec } of scaled) {
    const least = at(spec, "minReplicaCount");
    expect(least).toBeGreaterThanOrEqual(3);
    expect(at(spec, "fallback", "replicas")).toBe(least);
    expect(
      recordsOf(at(spec, "triggers")).map((trigger) => at(trigger, "metadata", "ignoreNullValues")),
    ).not.toContain(undefined);
    expect(JSON.stringify(at(spec, "triggers"))).not.toMatch(
      /"ignoreNullValues":"true"|good_total|bad_total/,
    );
  }
  const deployments = objects.filter(
    ({ kind, metadata }) =>
      kind === "Deployment" && scaled.some((object) => object.metadata.name === metadata.name),
  );
  expect(deployments.map(({ spec }) => at(spec, "replicas"))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
