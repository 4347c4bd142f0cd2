import { generateKeyPairSync } from "node:crypto";
import { Client, credentials, Metadata, type ServiceDefinition, status } from "@grpc/grpc-js";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { KiwiServiceService } from "../generated/lilux/kiwi/v1/kiwi.ts";
import { OrchestratorServiceService } from "../generated/lilux/orchestrator/v1/orchestrator.ts";
import { serveKiwi } from "../serve-kiwi.ts";
import { serveOrchestrator } from "../serve-orchestrator.ts";
import { sampleTurn } from "../testing/samples.ts";
import { scriptedKiwi } from "../testing/scripted-kiwi.ts";
import { createSignClaim, createVerifyClaim } from "./claim-tokens.ts";

const WHERE = { host: "127.0.0.1", port: 0, logger: SILENT_LOG };
const keys = generateKeyPairSync("ed25519", {
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const signClaim = await createSignClaim(keys.privateKey);
const verifyClaim = await createVerifyClaim(keys.publicKey);

type Method = ServiceDefinition[string];

/** The tenant is the first field of every message; a turn's is read as a whole before it is known whose it is. */
function messageOf(method: Method, tenant: string): Buffer {
  if (method.path === OrchestratorServiceService.runTurn.path) return turnOf(tenant);
  return Buffer.concat([Buffer.from([0x0a, tenant.length]), Buffer.from(tenant)]);
}

function turnOf(tenant: string): Buffer {
  const { sequence, turn } = sampleTurn;
  const { sessionId, turnId } = turn;
  const requestJson = Buffer.from(JSON.stringify({ ...sampleTurn, turn: { ...turn, tenant } }));
  const value = { tenant, sessionId, turnId, sequence, requestJson };
  return OrchestratorServiceService.runTurn.requestSerialize({
    message: { $case: "start", value },
  });
}

/** The status that a call ends with. */
async function statusOf(client: Client, method: Method, { tenant, claim }: Asked): Promise<number> {
  const metadata = new Metadata();
  if (claim !== undefined) {
    const mandate = { tenant: testTenant(claim), person: "p", verbs: new Set(), weight: 1 };
    metadata.set("lilux-claim", await signClaim(mandate as never, 60_000));
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  const same = (bytes: Buffer): Buffer => bytes;
  const call = client.makeBidiStreamRequest(method.path, same, same, metadata, {
    deadline: Date.now() + 60_000,
  });
  call.on("data", () => undefined);
  call.on("error", () => undefined);
  call.on("status", ({ code }) => resolve(code));
  call.write(messageOf(method, tenant));
  call.end();
  return promise;
}

interface Asked {
  tenant: string;
  claim?: string | undefined;
}

// Mutants: `load` reads its message before it looks at the claim; `listModels` does not look at it.
test("every method of every service refuses a claim for another tenant than its message's, however little of it can be read", async () => {
  const kiwi = await serveKiwi({ ...WHERE, api: scriptedKiwi({}), verifyClaim });
  onTestFinished(() => kiwi.close());
  const orchestrator = await serveOrchestrator({
    ...WHERE,
    verifyClaim,
    listModels: async () => [],
    // biome-ignore lint/correctness/useYield: it fails before it says anything
    async *runTurn() {
      throw new Error("a turn was run");
    },
  });
  onTestFinished(() => orchestrator.close());
  const wrong: string[] = [];
  for (const [port, service] of [
    [kiwi.port, KiwiServiceService],
    [orchestrator.port, OrchestratorServiceService],
  ] as const) {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    for (const [name, method] of Object.entries(service as ServiceDefinition)) {
      const other = await statusOf(client, method, { tenant: "acme", claim: "globex" });
      if (other !== status.UNAUTHENTICATED) wrong.push(`${name}: another's claim, ${other}`);
      // Else the tenant is not where this test puts it, and the refusal above says nothing.
      const own = await statusOf(client, method, { tenant: "acme", claim: "acme" });
      if (own === status.UNAUTHENTICATED) wrong.push(`${name}: its own claim, ${own}`);
    }
  }
  expect(wrong).toEqual([]);
});
