import type { Endpoint } from "./reachability.ts";

/** The servers of deploy/k8s/operators, where an installation brings none itself. */
export const SERVERS: readonly Endpoint[] = [
  ["nats", 4222],
  ["redis", 6379],
  ["postgres", 5432],
].map(([title, port]) => ({
  title: String(title),
  namespace: "lilux-data",
  labels: { "app.kubernetes.io/name": String(title) },
  ports: [Number(port)],
}));
