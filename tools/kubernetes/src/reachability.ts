import type { KubernetesObject } from "./kubernetes-object.ts";
import { at, type PlannedPod, podsOf, recordsOf, stringsOf } from "./pods.ts";

/** Somebody who may open connections, or to whom they are opened. */
export interface Endpoint {
  title: string;
  namespace: string;
  labels: Record<string, string>;
  /** TCP ports it listens on. */
  ports: readonly number[];
  /** Outside of the cluster: named by addresses, and bound by no policy. */
  isOutside?: boolean;
}

interface Policy {
  namespace: string;
  selector: unknown;
  types: readonly string[];
  rules: Readonly<Record<Direction, readonly Record<string, unknown>[]>>;
}

type Direction = "Ingress" | "Egress";

/**
 * Every connection that the network policies of an installation let through, as
 * `gateway -> kiwi:7001`, among its pods and `others`. As Kubernetes has it: a pod
 * that no policy of a direction selects may do everything in it; a connection needs
 * both sides.
 */
export function reachable(
  objects: readonly KubernetesObject[],
  others: readonly Endpoint[],
): string[] {
  const policies = objects
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map((object) => readPolicy(object));
  const labelsOf = namespaceLabels(objects, others);
  const endpoints = [...podsOf(objects).map(endpointOf), ...others];
  const isLet = (
    direction: Direction,
    subject: Endpoint,
    peer: Endpoint,
    port: number,
  ): boolean => {
    if (subject.isOutside === true) return true;
    const chosen = policies.filter(
      ({ namespace, selector, types }) =>
        types.includes(direction) &&
        namespace === subject.namespace &&
        matches(selector, subject.labels),
    );
    if (chosen.length === 0) return true;
    return chosen.some(({ namespace, rules }) =>
      rules[direction].some(
        (rule) =>
          isPort(rule, port) && isPeer(rule, direction, { peer, home: namespace, labelsOf }),
      ),
    );
  };
  return endpoints
    .flatMap((from) =>
      endpoints
        .filter((to) => to !== from)
        .flatMap((to) =>
          to.ports
            .filter((port) => isLet("Egress", from, to, port) && isLet("Ingress", to, from, port))
            .map((port) => `${from.title} -> ${to.title}:${port}`),
        ),
    )
    .sort();
}

function readPolicy({ metadata, spec }: KubernetesObject): Policy {
  const types = at(spec, "policyTypes");
  return {
    namespace: metadata.namespace ?? "default",
    selector: at(spec, "podSelector"),
    types: Array.isArray(types) ? types.map(String) : [],
    rules: { Ingress: recordsOf(at(spec, "ingress")), Egress: recordsOf(at(spec, "egress")) },
  };
}

function endpointOf({ name, namespace, labels, containers }: PlannedPod): Endpoint {
  const ports = containers.flatMap(({ fields }) =>
    recordsOf(fields["ports"]).map(({ containerPort }) => Number(containerPort)),
  );
  return { title: name, namespace, labels, ports };
}

function namespaceLabels(
  objects: readonly KubernetesObject[],
  others: readonly Endpoint[],
): (namespace: string) => Record<string, string> {
  const declared = objects.filter(({ kind }) => kind === "Namespace");
  const labels = new Map(
    declared.map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const),
  );
  // Those whose namespace is somebody else's carry its labels themselves.
  for (const { namespace, labels: own } of others) {
    if (!labels.has(namespace)) labels.set(namespace, own);
  }
  return (namespace) => ({
    ...labels.get(namespace),
    "kubernetes.io/metadata.name": namespace,
  });
}

function isPort(rule: Record<string, unknown>, port: number): boolean {
  const ports = recordsOf(rule["ports"]);
  return (
    ports.length === 0 ||
    ports.some((entry) => entry["port"] === port && entry["protocol"] === "TCP")
  );
}

interface PeerQuestion {
  peer: Endpoint;
  /** The policy's own namespace, where a peer names none. */
  home: string;
  labelsOf: (namespace: string) => Record<string, string>;
}

function isPeer(
  rule: Record<string, unknown>,
  direction: Direction,
  { peer, home, labelsOf }: PeerQuestion,
): boolean {
  const peers = recordsOf(rule[direction === "Ingress" ? "from" : "to"]);
  if (peers.length === 0) return true;
  return peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock !== undefined) return peer.isOutside === true;
    if (peer.isOutside === true) return false;
    const isRoom =
      namespaceSelector === undefined
        ? peer.namespace === home
        : matches(namespaceSelector, labelsOf(peer.namespace));
    return isRoom && (podSelector === undefined || matches(podSelector, peer.labels));
  });
}

/** An empty selector is everybody; expressions are not used in deploy/ and match nobody here. */
function matches(selector: unknown, labels: Record<string, string>): boolean {
  if (at(selector, "matchExpressions") !== undefined) return false;
  const wanted = Object.entries(stringsOf(at(selector, "matchLabels")));
  return wanted.every(([key, value]) => labels[key] === value);
}
