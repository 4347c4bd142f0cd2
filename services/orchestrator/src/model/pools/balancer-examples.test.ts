import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";

const ROOT = join(import.meta.dirname, "../../../../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Compose {
  services: Record<string, { command?: string[]; environment?: Record<string, string> }>;
}

test("the example before two vLLM has the orchestrator ask the balancer, and the balancer those two", () => {
  const merged = { merge: true };
  const { services } = parse(
    read("examples/llm-balancers/vllm-router.compose.yaml"),
    merged,
  ) as Compose;
  const whole = parse(read("docker-compose.yml"), merged) as Compose;
  // What it adds to is there.
  expect(Object.keys(whole.services)).toContain("orchestrator");
  const command = services["vllm-router"]?.command?.join(" ") ?? "";
  const workers = [...command.matchAll(/http:\/\/([\w-]+):8000/g)].map(([, name]) => name);
  expect(workers).toEqual(["vllm-1", "vllm-2"]);
  for (const name of workers) expect(Object.keys(services)).toContain(name);
  const { LILUX_LLM_URL: url = "", LILUX_LLM_MODEL: model } =
    services["orchestrator"]?.environment ?? {};
  expect(new URL(url).hostname).toBe("vllm-router");
  expect(command).toContain(`--port ${new URL(url).port} `);
  expect(services["vllm-1"]?.command).toContain(`--served-model-name=${model}`);
  // The version that was tried: npm run test:vllm.
  expect(command).toContain(read("tests/model-servers/vllm-router.txt").trim());
});

interface Resource {
  kind: string;
  metadata: { name: string; namespace: string };
  spec: {
    selector?: { matchLabels: Record<string, string> };
    targetPorts?: { number: number }[];
    parentRefs?: { name: string }[];
    rules?: { backendRefs: { kind: string; name: string }[] }[];
  };
}

test("the example on Kubernetes leads from a gateway to the pods of the vLLM component", () => {
  const documents = (path: string) =>
    parseAllDocuments(read(path)).map((document) => document.toJS() as Resource);
  const resources = documents("examples/llm-balancers/inference-pool.yaml");
  const of = (kind: string) => resources.find((resource) => resource.kind === kind);
  const [pool, route, gateway] = [of("InferencePool"), of("HTTPRoute"), of("Gateway")];
  expect(route?.spec.parentRefs?.[0]?.name).toBe(gateway?.metadata.name);
  expect(route?.spec.rules?.[0]?.backendRefs[0]).toMatchObject({
    kind: "InferencePool",
    name: pool?.metadata.name,
  });
  const vllm = documents("deploy/k8s/components/vllm/vllm.yaml").find(
    ({ kind }) => kind === "Deployment",
  );
  expect(vllm?.spec.selector).toEqual(pool?.spec.selector);
  for (const { metadata } of resources) expect(metadata.namespace).toBe(vllm?.metadata.namespace);
});
