import { hostsOf, isParty, PARTIES } from "@lilux/certificates";
import { expect, test } from "vitest";
import { objectsOf } from "./installations.ts";
import { at, podsOf, recordsOf } from "./pods.ts";

const OBJECTS = objectsOf([
  "overlays/demo",
  "components/flywheel",
  "components/certificates",
  "components/flywheel-certificates",
  "components/server-certificates",
]);

test("what cert-manager is asked for names each service and server as services look for it, and each mounts its own", () => {
  const asked = OBJECTS.filter(
    ({ kind, spec }) => kind === "Certificate" && at(spec, "uris") !== undefined,
  );
  const pods = new Map(podsOf(OBJECTS).map((pod) => [pod.name, pod]));
  expect(asked.map(({ metadata }) => metadata.name).sort()).toEqual([
    "context-warmer",
    "flywheel",
    "gateway",
    "kiwi",
    "nats",
    "orchestrator",
    "postgres",
    "redis",
    "router",
  ]);
  for (const { metadata, spec } of asked) {
    const { name, namespace } = metadata;
    if (!isParty(name)) throw new Error(`${name} is nobody of ours`);
    expect(at(spec, "uris")).toEqual([`spiffe://lilux/${name}`]);
    const hosts = PARTIES[name].serves
      ? hostsOf(name).filter((host) => host !== "localhost")
      : undefined;
    expect([name, at(spec, "dnsNames")]).toEqual([name, hosts]);
    expect(JSON.stringify(at(spec, "usages")).includes("server auth")).toBe(PARTIES[name].serves);
    const volumes = recordsOf(pods.get(name)?.spec["volumes"]);
    const mounted = volumes.filter((volume) => volume["name"] === "certificates");
    expect(mounted.map((volume) => at(volume, "secret", "secretName"))).toEqual([
      at(spec, "secretName"),
    ]);
    expect(pods.get(name)?.namespace).toBe(namespace);
  }
});
