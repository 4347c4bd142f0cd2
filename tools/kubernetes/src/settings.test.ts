import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSettings } from "@lilux/runtime";
import { temporaryDirectory } from "@lilux/testkit";
import { SERVICES } from "lilux/service-settings";
import { expect, onTestFinished, test } from "vitest";
import { DEPLOYED, INSTALLATIONS, objectsOf, titleOf } from "./installations.ts";
import { isKubernetesObject, nameOf } from "./kubernetes-object.ts";
import { at, type PlannedPod, podsOf, recordsOf, stringsOf } from "./pods.ts";

/** A service that was told none of these would talk to itself, or with everybody. */
const MUST_BE_GIVEN =
  /^LILUX_(?:ADMIN_HOST|(?:NATS|REDIS)_(?:URL|USER|PASSWORD_FILE)|CLAIM_(?:PUBLIC_)?KEY_FILE|(?:KIWI|ORCHESTRATOR)_(?:ADDRESS|LISTEN|SECRET_FILE)|API_KEYS_FILE|SESSION_SECRET|HOST|TENANT_ROOT|PROJECT|STATE_DIR|PACKAGES_DIR|EMBEDDINGS_DIR|(?:FLYWHEEL_)?DATABASE_URL)$/;

/** The gateway is told whether there is a flywheel, and has no database of one. */
function isElsewhere(name: string, pod: PlannedPod): boolean {
  return name === "LILUX_FLYWHEEL_DATABASE_URL" && pod.name === "gateway";
}

/** What people bring themselves. */
const BROUGHT = ["Secret lilux/pools", "Secret lilux/lilux-tls"];
/** What cert-manager makes. */
const isCertificate = (name: string): boolean => /\/certificate-[a-z-]+$/.test(name);

type Secrets = ReadonlyMap<string, Record<string, string>>;

/** What `lilux credentials --kubernetes` prints. */
function madeSecrets(): Secrets {
  const entry = join(DEPLOYED, "..", "..", "apps", "lilux", "src", "main.ts");
  const args = ["--no-warnings", entry, "credentials", "--kubernetes"];
  const list: unknown = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  const items = recordsOf(at(list, "items")).filter(isKubernetesObject);
  return new Map(items.map((item) => [nameOf(item), stringsOf(item["stringData"])]));
}

const secrets = madeSecrets();
const cases = INSTALLATIONS.map((installation) => [titleOf(installation), installation] as const);

/** The variables of a service's container, its secrets' files as files of `folder`. */
function environmentOf(pod: PlannedPod, folder: string): Record<string, string | undefined> {
  const container = pod.containers.find(({ name }) => name === pod.name)?.fields;
  for (const volume of recordsOf(pod.spec["volumes"])) {
    const name = at(volume, "secret", "secretName");
    const files = secrets.get(`Secret ${pod.namespace}/${String(name)}`) ?? {};
    mkdirSync(join(folder, String(volume["name"])), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(folder, String(volume["name"]), file), text);
    }
  }
  const variables = recordsOf(container?.["env"]).flatMap((variable) => {
    // What Kubernetes knows of the pod stands there for the variables after it.
    if (at(variable, "valueFrom", "fieldRef") !== undefined) return [];
    const from = at(variable, "valueFrom", "secretKeyRef");
    const kept = secrets.get(`Secret ${pod.namespace}/${String(at(from, "name"))}`);
    const value = from === undefined ? variable["value"] : kept?.[String(at(from, "key"))];
    const text = value === undefined ? undefined : String(value);
    const given = text
      ?.replace(/^\/(?=credentials\/)/, `${folder}/`)
      .replace("$(POD_NAME)", `${pod.name}-0`);
    return [[String(variable["name"]), given] as const];
  });
  return Object.fromEntries(variables);
}

test.each(cases)(
  "every service of %s is given settings that it knows and can use, and lacks none",
  async (_title, installation) => {
    const directory = await temporaryDirectory();
    onTestFinished(() => directory.remove());
    const pods = podsOf(objectsOf(installation)).filter(({ name }) => name in SERVICES);
    expect(pods.length).toBeGreaterThanOrEqual(5);
    for (const pod of pods) {
      const declared = SERVICES[pod.name] ?? {};
      const environment = environmentOf(pod, join(directory.path, pod.name));
      const variables = Object.values(declared).map(({ variable }) => variable);
      expect(
        Object.keys(environment).filter((name) => !variables.includes(name)),
        pod.from,
      ).toEqual([]);
      const missing = variables.filter(
        (name) =>
          MUST_BE_GIVEN.test(name) && environment[name] === undefined && !isElsewhere(name, pod),
      );
      expect(missing, pod.from).toEqual([]);
      expect(() => readSettings(declared, environment), pod.from).not.toThrow();
    }
  },
);

// Fails when the flywheel's component leaves the gateway as it was: a deletion would not ask the flywheel.
test.each(cases)(
  "%s tells its gateway whether there is a flywheel",
  async (_title, installation) => {
    const directory = await temporaryDirectory();
    onTestFinished(() => directory.remove());
    const pods = podsOf(objectsOf(installation));
    const gateway = pods.find(({ name }) => name === "gateway");
    if (gateway === undefined) throw new Error("no gateway");
    const hasFlywheel = pods.some(({ name }) => name === "flywheel");
    const { LILUX_FLYWHEEL: told } = environmentOf(gateway, directory.path);
    expect(told).toBe(hasFlywheel ? "on" : "off");
  },
);

test.each(cases)(
  "every address that %s gives is a Service's, with its port",
  (_title, installation) => {
    const objects = objectsOf(installation);
    const services = objects
      .filter(({ kind }) => kind === "Service")
      .flatMap(({ metadata, spec }) =>
        recordsOf(at(spec, "ports")).map(
          ({ port }) => `${metadata.name}.${String(metadata.namespace)}.svc:${String(port)}`,
        ),
      );
    // Those of deploy/k8s/operators, where an overlay has no servers itself.
    const servers = ["nats.lilux-data.svc:4222", "redis.lilux-data.svc:6379"];
    const given = JSON.stringify(objects).match(/[a-z-]+\.[a-z-]+\.svc:\d+/g) ?? [];
    const strange = given.filter(
      (address) =>
        ![...services, ...servers, "prometheus-operated.monitoring.svc:9090"].includes(address),
    );
    expect(strange).toEqual([]);
  },
);

test("with certificates Postgres is spoken to by the service's own files, and only as whom it was called", () => {
  for (const name of ["Secret lilux-sandbox/kiwi", "Secret lilux/flywheel"]) {
    const { searchParams } = new URL(secrets.get(name)?.["database-url-with-certificates"] ?? "");
    expect(Object.fromEntries(searchParams)).toEqual({
      sslmode: "verify-full",
      sslrootcert: "/certificates/ca.crt",
      sslcert: "/certificates/tls.crt",
      sslkey: "/certificates/tls.key",
    });
  }
});

test("what pods want of secrets is what `lilux credentials --kubernetes` makes, and it makes nothing else", () => {
  const wanted = new Set<string>();
  for (const installation of INSTALLATIONS) {
    for (const { namespace, spec, containers } of podsOf(objectsOf(installation))) {
      const add = (name: unknown): unknown => wanted.add(`Secret ${namespace}/${String(name)}`);
      const volumes = recordsOf(spec["volumes"]).flatMap(
        (volume) => at(volume, "secret", "secretName") ?? [],
      );
      volumes.forEach(add);
      for (const { fields } of containers) {
        const whole = recordsOf(fields["envFrom"]).flatMap(
          (from) => at(from, "secretRef", "name") ?? [],
        );
        const single = recordsOf(fields["env"]).flatMap(
          (from) => at(from, "valueFrom", "secretKeyRef", "name") ?? [],
        );
        [...whole, ...single].forEach(add);
      }
    }
  }
  const shown = "Secret lilux/first-key";
  expect(
    [...wanted].filter((name) => !BROUGHT.includes(name) && !isCertificate(name)).sort(),
  ).toEqual([...secrets.keys()].filter((name) => name !== shown).sort());
  const key = secrets.get(shown)?.["key"] ?? "";
  expect(secrets.get("Secret lilux/gateway")?.["api-keys"]).toMatch(/^local=sha256:[0-9a-f]{64}$/);
  expect(key).toMatch(/^lx_[\w-]{43}$/);
});
