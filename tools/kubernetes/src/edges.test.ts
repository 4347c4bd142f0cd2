import { expect, test } from "vitest";
import { INSTALLATIONS, objectsOf, titleOf } from "./installations.ts";
import { podsOf } from "./pods.ts";
import { type Endpoint, reachable } from "./reachability.ts";
import { SERVERS } from "./servers.ts";

const AROUND: readonly Endpoint[] = [
  { title: "ingress", namespace: "edge", labels: { "lilux.dev/ingress": "true" }, ports: [80] },
  {
    title: "prometheus",
    namespace: "watch",
    labels: { "lilux.dev/monitoring": "true" },
    ports: [],
  },
  { title: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: [53] },
  { title: "a stranger", namespace: "elsewhere", labels: {}, ports: [443] },
  { title: "the world", namespace: "", labels: {}, ports: [443], isOutside: true },
];

/** The picture of docs/architecture.md: who opens connections to whom. */
const PICTURE: Readonly<Record<string, readonly string[]>> = {
  gateway: ["nats:4222", "orchestrator:7002", "kiwi:7001"],
  router: ["nats:4222", "redis:6379", "kiwi:7001"],
  "context-warmer": ["nats:4222", "redis:6379", "kiwi:7001"],
  orchestrator: ["nats:4222", "redis:6379", "kiwi:7001"],
  kiwi: ["nats:4222", "postgres:5432"],
  flywheel: ["nats:4222", "postgres:5432"],
};

/** What an installation adds to it. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  "overlays/demo": [
    "a stranger -> gateway:8080",
    "dns -> gateway:8080",
    "prometheus -> gateway:8080",
    "the world -> gateway:8080",
  ],
  "components/vllm": [
    "orchestrator -> vllm:8000",
    "prometheus -> vllm:8000",
    "fill-weights -> the world:443",
  ],
  "components/external-model": ["orchestrator -> the world:443"],
};

test.each(INSTALLATIONS.map((installation) => [titleOf(installation), installation] as const))(
  "%s lets through the edges of the architecture's picture and no others",
  (_title, installation) => {
    const objects = objectsOf(installation);
    const pods = podsOf(objects);
    const there = new Set(pods.map(({ name }) => name));
    const servers = SERVERS.filter(({ title }) => !there.has(title));
    const of = (name: string): boolean => there.has(name);
    const services = Object.keys(PICTURE).filter(of);
    const expected = [
      ...services.flatMap((name) => (PICTURE[name] ?? []).map((to) => `${name} -> ${to}`)),
      ...services.map((name) => `prometheus -> ${name}:9464`),
      ...SERVERS.map(({ title, ports }) => `prometheus -> ${title}:${String(ports[0])}`),
      "ingress -> gateway:8080",
      // Servers of one kind form clusters; here each has one name.
      ...SERVERS.flatMap(({ title }) =>
        SERVERS.filter((other) => other.title !== title).map(
          (other) => `${title} -> ${other.title}:${String(other.ports[0])}`,
        ),
      ),
      ...pods.map(({ name }) => `${name} -> dns:53`),
      ...servers.map(({ title }) => `${title} -> dns:53`),
      ...installation.flatMap((folder) => ADDED[folder] ?? []),
    ];
    const outside = (edge: string): boolean =>
      /^(ingress|prometheus|dns|a stranger|the world) -> (ingress|prometheus|dns|a stranger|the world):/.test(
        edge,
      );
    const found = reachable(objects, [...servers, ...AROUND]).filter((edge) => !outside(edge));
    expect(found).toEqual([...new Set(expected)].sort());
  },
);
