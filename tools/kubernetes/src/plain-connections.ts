import type { KubernetesObject } from "./kubernetes-object.ts";
import { at, type PlannedPod, podsOf, recordsOf, stringsOf } from "./pods.ts";

/** What is read of the charts, where an installation has a server by one: as faults, none when it is as it should be. */
export type ChartFaults = Readonly<Record<string, () => string[]>>;

/** How whoever opens a connection has to be told to, and how whoever takes it has to be. */
interface Wire {
  server: string;
  /** The variable that says where it is, and how that has to begin; none for gRPC, whose address says nothing of it. */
  address?: readonly [variable: RegExp, begins: string];
}

const WIRES: Readonly<Record<string, Wire>> = {
  "nats:4222": { server: "nats", address: [/^LILUX_NATS_URL$/, "tls://"] },
  "redis:6379": { server: "redis", address: [/^LILUX_REDIS_URL$/, "rediss://"] },
  "postgres:5432": {
    server: "postgres",
    // Of a secret: its key says which of two addresses it is.
    address: [/^LILUX_(?:FLYWHEEL_)?DATABASE_URL$/, "secret database-url-with-certificates"],
  },
  "kiwi:7001": { server: "kiwi" },
  "orchestrator:7002": { server: "orchestrator" },
};

const FILES = [
  ["LILUX_TLS_CA_FILE", "/certificates/ca.crt"],
  ["LILUX_TLS_CERT_FILE", "/certificates/tls.crt"],
  ["LILUX_TLS_KEY_FILE", "/certificates/tls.key"],
] as const;

/**
 * The `edges` (`gateway -> kiwi:7001`) over which an installation's parts would not show each other certificates,
 * each with what is missing. An edge to a port that nothing is known of is one.
 */
export function plainConnections(
  objects: readonly KubernetesObject[],
  edges: readonly string[],
  charts: ChartFaults,
): string[] {
  const pods = new Map(podsOf(objects).map((pod) => [pod.name, pod]));
  return edges.flatMap((edge) => {
    const [from = "", to = ""] = edge.split(" -> ");
    const wire = WIRES[to];
    if (wire === undefined) return [`${edge}: nobody says how it is encrypted`];
    const caller = pods.get(from);
    const faults = [
      ...serverFaults(wire.server, pods.get(wire.server), objects, charts),
      // A server that calls another is no service of ours: what it is asked for is the other's to say.
      ...(caller === undefined || SERVERS.has(from) ? [] : callerFaults(caller, wire)),
    ];
    return faults.map((fault) => `${edge}: ${fault}`);
  });
}

function callerFaults(pod: PlannedPod, { address }: Wire): string[] {
  const faults = fileFaults(pod);
  if (address === undefined) return faults;
  const [variable, begins] = address;
  const given = [...variablesOf(pod)].find(([name]) => variable.test(name))?.[1];
  if (given?.startsWith(begins) !== true) faults.push(`${pod.name} is told ${given ?? "nothing"}`);
  return faults;
}

/** A service that lacks the files, or has somebody else's. */
function fileFaults(pod: PlannedPod): string[] {
  const variables = variablesOf(pod);
  const missing = FILES.filter(([name, path]) => variables.get(name) !== path);
  return [...missing.map(([name]) => `${pod.name} has no ${name}`), ...mountFaults(pod)];
}

function mountFaults({ name, spec, containers }: PlannedPod): string[] {
  const volume = recordsOf(spec["volumes"]).find((entry) => entry["name"] === "certificates");
  const mount = containers
    .filter((container) => container.name === name)
    .flatMap(({ fields }) => recordsOf(fields["volumeMounts"]))
    .find((entry) => entry["name"] === "certificates");
  const isOwn = at(volume, "secret", "secretName") === `certificate-${name}`;
  return isOwn && mount?.["mountPath"] === "/certificates"
    ? []
    : [`${name} does not have its own certificate`];
}

function serverFaults(
  server: string,
  pod: PlannedPod | undefined,
  objects: readonly KubernetesObject[],
  charts: ChartFaults,
): string[] {
  if (pod === undefined) return charts[server]?.() ?? [`${server} is nowhere`];
  const demands = SERVERS.get(server);
  if (demands === undefined) return fileFaults(pod);
  const args = pod.containers.flatMap(({ fields }) => {
    const list = fields["args"];
    return Array.isArray(list) ? list.map(String) : [];
  });
  return [...mountFaults(pod), ...demands(args, objects)];
}

type Demands = (args: readonly string[], objects: readonly KubernetesObject[]) => string[];

const SERVERS: ReadonlyMap<string, Demands> = new Map<string, Demands>([
  ["nats", (args) => lacking("nats", args, ["--tlsverify", "--tlscacert=/certificates/ca.crt"])],
  ["redis", (args) => lacking("redis", [args.join(" ")], ["--port 0 ", "--tls-auth-clients yes"])],
  [
    "postgres",
    (args, objects) => [
      ...lacking("postgres", args, ["ssl=on", "hba_file=/etc/postgres/pg_hba.conf"]),
      ...ruleFaults(
        stringsOf(at(objects.find(isRulesFile), "data"))
          ["pg_hba.conf"]?.trim()
          .split("\n") ?? [],
      ),
    ],
  ],
]);

const isRulesFile = ({ kind, metadata }: KubernetesObject): boolean =>
  kind === "ConfigMap" && metadata.name === "postgres-who-may-connect";

/** Lines of pg_hba.conf that would let somebody in over a network without a certificate. */
export function ruleFaults(lines: readonly string[]): string[] {
  const open = lines.filter(
    (line) => !/^(?:local\b|hostssl\b.*\bclientcert=verify-|.*\breject$)/.test(line.trim()),
  );
  const isShut = lines.some((line) => line.includes("clientcert=verify-")) && open.length === 0;
  return isShut ? [] : [`postgres asks for no certificate: ${open.join("; ")}`];
}

function lacking(server: string, given: readonly string[], wanted: readonly string[]): string[] {
  return wanted
    .filter((word) => !given.some((text) => text.includes(word)))
    .map((word) => `${server} is not told ${word.trim()}`);
}

/** A container's variables; those of a secret as `secret <key>`. */
function variablesOf({ name, containers }: PlannedPod): Map<string, string> {
  const own = containers.find((container) => container.name === name)?.fields;
  return new Map(
    recordsOf(own?.["env"]).map((variable) => {
      const key = at(variable, "valueFrom", "secretKeyRef", "key");
      const value = key === undefined ? String(variable["value"]) : `secret ${String(key)}`;
      return [String(variable["name"]), value] as const;
    }),
  );
}
