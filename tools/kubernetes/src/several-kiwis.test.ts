import { hostsOf } from "@lilux/certificates";
import { expect, test } from "vitest";
import { objectsOf } from "./installations.ts";
import { at, podsOf, recordsOf } from "./pods.ts";

const OBJECTS = objectsOf([
  "overlays/production",
  "components/certificates",
  "components/several-kiwis",
]);

// Mutants: a Deployment, whose pods have no names; `serviceName` of another Service; a name that the certificate lacks.
test("each of several tool cores says a name that is its own, that leads to it, and that its certificate has", () => {
  const [kiwi, ...more] = OBJECTS.filter(({ metadata }) => metadata.name === "kiwi").filter(
    (object) => at(object, "spec", "template") !== undefined,
  );
  expect(more).toEqual([]);
  expect(kiwi?.kind).toBe("StatefulSet");
  expect(at(kiwi, "spec", "strategy")).toBeUndefined();
  expect(Number(at(kiwi, "spec", "replicas"))).toBeGreaterThan(1);

  const service = OBJECTS.find(
    ({ kind, metadata }) => kind === "Service" && metadata.name === at(kiwi, "spec", "serviceName"),
  );
  expect(at(service, "spec", "clusterIP")).toBe("None");
  expect(at(service, "spec", "selector")).toEqual(at(kiwi, "spec", "selector", "matchLabels"));
  expect(service?.metadata.namespace).toBe(kiwi?.metadata.namespace);

  const pod = podsOf(OBJECTS).find(({ name }) => name === "kiwi");
  const variables = recordsOf(pod?.containers[0]?.fields["env"]);
  const named = variables.findIndex(({ name }) => name === "POD_NAME");
  expect(at(variables[named], "valueFrom", "fieldRef", "fieldPath")).toBe("metadata.name");
  const told = variables.findIndex(({ name }) => name === "LILUX_KIWI_ADVERTISE");
  // A variable is put in only where it was said before.
  expect(told).toBeGreaterThan(named);
  const { name, namespace } = service?.metadata ?? { name: "", namespace: "" };
  const host = `${name}.${String(namespace)}.svc`;
  expect(variables[told]?.["value"]).toBe(`$(POD_NAME).${host}:7001`);
  expect(hostsOf("kiwi")).toContain(`*.${host}`);
});
