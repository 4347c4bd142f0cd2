import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { DEPLOYED, objectsOf, titleOf, WITH_CERTIFICATES } from "./installations.ts";
import { type ChartFaults, plainConnections, ruleFaults } from "./plain-connections.ts";
import { at } from "./pods.ts";
import { reachable } from "./reachability.ts";
import { SERVERS } from "./servers.ts";

const readOperator = (file: string): unknown =>
  parse(readFileSync(join(DEPLOYED, "operators", file), "utf8"));

/** What the charts are told beside their values, where services have certificates. */
const CHARTS: ChartFaults = {
  nats: () => {
    const values = readOperator("nats.certificates.values.yaml");
    const shut = { enabled: true, secretName: "certificate-nats", merge: { verify: true } };
    const told = [at(values, "config", "nats", "tls"), at(values, "config", "cluster", "tls")];
    expect(told).toEqual([shut, shut]);
    expect(at(values, "tlsCA")).toEqual({ enabled: true, secretName: "certificate-nats" });
    return [];
  },
  redis: () => {
    const tls = at(readOperator("valkey.certificates.values.yaml"), "tls");
    expect(tls).toMatchObject({ enabled: true, requireClientCertificate: true });
    expect(at(tls, "existingSecret")).toBe("certificate-redis");
    return [];
  },
  postgres: () => {
    const spec = at(readOperator("postgres.certificates.yaml"), "spec");
    expect(at(spec, "certificates", "serverTLSSecret")).toBe("certificate-postgres");
    expect(at(spec, "certificates", "clientCASecret")).toBe("certificate-postgres");
    const rules = at(spec, "postgresql", "pg_hba");
    const lines = Array.isArray(rules) ? rules.map(String) : [];
    // The operator's own last rule, which asks for a password alone, must not be reached.
    expect(lines.at(-1)).toBe("host all all all reject");
    return ruleFaults(lines);
  },
};

/** vLLM asks nobody for a certificate; that nobody else reaches it is its network policy's. */
const WITHOUT = ["orchestrator -> vllm:8000: nobody says how it is encrypted"];

function edgesOf(objects: ReturnType<typeof objectsOf>): string[] {
  const there = new Set(objects.map(({ metadata }) => metadata.name));
  const servers = SERVERS.filter(
    ({ title }) =>
      !objects.some(({ kind, metadata }) => kind === "Deployment" && metadata.name === title),
  );
  expect(there.has("gateway")).toBe(true);
  return reachable(objects, servers);
}

test.each(WITH_CERTIFICATES.map((installation) => [titleOf(installation), installation] as const))(
  "over every connection that the policies of %s let through both sides show certificates",
  (_title, installation) => {
    const objects = objectsOf(installation);
    const edges = edgesOf(objects);
    expect(edges).toEqual(
      expect.arrayContaining(["gateway -> nats:4222", "kiwi -> postgres:5432"]),
    );
    const plain = plainConnections(objects, edges, CHARTS);
    expect(plain.filter((line) => !WITHOUT.includes(line))).toEqual([]);
  },
);

test("a connection that is new, or that one side was not told of, is named", () => {
  const objects = objectsOf(["overlays/demo", "components/certificates"]);
  const said = (edge: string): string[] => plainConnections(objects, [edge], CHARTS);
  expect(said("gateway -> search:9200")).toEqual([
    "gateway -> search:9200: nobody says how it is encrypted",
  ]);
  expect(said("gateway -> redis:6379")).toContain("gateway -> redis:6379: gateway is told nothing");
  expect(said("kiwi -> nats:4222")).toContain("kiwi -> nats:4222: nats is not told --tlsverify");
  expect(said("kiwi -> postgres:5432").join()).toContain("postgres asks for no certificate");
  expect(said("router -> redis:6379").join()).toContain("redis is not told --port 0");
  const bare = objectsOf(["overlays/demo"]);
  const edges = edgesOf(bare).filter((edge) => !/ -> gateway:/.test(edge));
  const named = new Set(plainConnections(bare, edges, CHARTS).map((line) => line.split(": ")[0]));
  expect([...named].sort()).toEqual(edges);
});
