import { generateKeyPairSync } from "node:crypto";
import { SILENT_LOG } from "@lilux/core/telemetry";
import type { LoadRequest, Mandate, Verb } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { connectKiwi } from "../connect-kiwi.ts";
import { connectOrchestrator } from "../connect-orchestrator.ts";
import { serveKiwi } from "../serve-kiwi.ts";
import { serveOrchestrator } from "../serve-orchestrator.ts";
import {
  sampleExecute,
  sampleExecuteResult,
  sampleSearch,
  sampleSearchResult,
  sampleTurn,
} from "../testing/samples.ts";
import { scriptedKiwi } from "../testing/scripted-kiwi.ts";
import { createSignClaim, createVerifyClaim, type SignClaim } from "./claim-tokens.ts";

const WHERE = { host: "127.0.0.1", port: 0, logger: SILENT_LOG };
const refusal = { code: "peer_unauthenticated", retryable: false };
const { tenant } = sampleSearch;
const LOAD: LoadRequest = {
  tenant,
  callId: "c",
  arguments: { item_type: "script", item_id: "a", source: "project" },
};
const COPY: LoadRequest = { ...LOAD, arguments: { ...LOAD.arguments, destination: "user" } };

function keyPair() {
  return generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

const OURS = keyPair();
const signClaim = await createSignClaim(OURS.privateKey);
const verifyClaim = await createVerifyClaim(OURS.publicKey);

/** As much as settings may say, so that they are known to fit what carries them. */
const upTo = (count: number, text: (n: string) => string) =>
  Array.from({ length: count }, (_, n) => text(String(n).padStart(2, "0")));
const SAID: Pick<Mandate, "weight" | "settings"> = {
  weight: 4,
  settings: {
    scriptEffects: ["read"],
    scriptPackages: upTo(32, (n) => `p${n}`.padEnd(64, "x")),
    scriptHosts: upTo(32, (n) => `*.h${n}.${"x".repeat(48)}.${"y".repeat(48)}.example.com:65535`),
    modelPool: "p".repeat(128),
    adapter: "a".repeat(128),
  },
};

function mandateOf(of: string, verbs: readonly Verb[] = ["read", "run"]): Mandate {
  return { tenant: testTenant(of), person: "p_1", verbs: new Set(verbs), ...SAID };
}

/** A tool core that wants claims, and remembers for whom each call came. */
async function start() {
  const seen: (Mandate | undefined)[] = [];
  const api = scriptedKiwi({
    async search(_request, options) {
      seen.push(options?.mandate);
      return sampleSearchResult;
    },
    async *execute(_request, options) {
      seen.push(options?.mandate);
      yield { type: "result", result: sampleExecuteResult } as const;
    },
    async listItems(_request, options) {
      seen.push(options?.mandate);
      return { version: "1", items: [], broken: [] };
    },
  });
  const server = await serveKiwi({ ...WHERE, api, verifyClaim });
  onTestFinished(() => server.close());
  const address = `127.0.0.1:${server.port}`;
  const connect = async (sign?: SignClaim) => {
    const kiwi = await connectKiwi({ address, logger: SILENT_LOG, signClaim: sign });
    onTestFinished(() => kiwi.close());
    return kiwi;
  };
  return { connect, seen };
}

// Mutants: `createSignClaim` that leaves the weight out, or the classes of scripts.
test("who a call is made for, and what their tenant counts for and lets run, arrives as the gateway verified it", async () => {
  const { connect, seen } = await start();
  const kiwi = await connect(signClaim);
  const mandate = mandateOf(tenant);
  await kiwi.search(sampleSearch, { mandate });
  await all(kiwi.execute(sampleExecute, { mandate }));
  expect(seen).toMatchObject([mandate, mandate]);
});

// Mutants: `assertClaimed` looks only whether there is a claim; `verify` leaves the issuer or the key out.
test("a claim for another tenant, of another key, too old or made up is refused, and nothing runs", async () => {
  const { connect, seen } = await start();
  const stranger = await createSignClaim(keyPair().privateKey);
  const late: SignClaim = (given) => signClaim(given, -120_000);
  const kiwi = await connect(signClaim);
  const made = "eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJsb2NhbCJ9.";
  const asks = [
    kiwi.search(sampleSearch, { mandate: mandateOf("globex") }),
    all(kiwi.execute(sampleExecute, { mandate: mandateOf("globex") })),
    kiwi.listItems({ tenant }, { mandate: mandateOf("globex") }),
    (await connect(stranger)).search(sampleSearch, { mandate: mandateOf(tenant) }),
    (await connect(late)).search(sampleSearch, { mandate: mandateOf(tenant) }),
    kiwi.search(sampleSearch, { mandate: { ...mandateOf(tenant), token: made } }),
  ];
  for (const end of await Promise.allSettled(asks)) {
    expect(end).toMatchObject({ status: "rejected", reason: refusal });
  }
  expect(seen).toEqual([]);
});

test("without a claim a service may read for itself, and nothing is run, copied or recalled", async () => {
  const { connect, seen } = await start();
  const kiwi = await connect();
  await kiwi.search(sampleSearch);
  await kiwi.listItems({ tenant });
  expect(seen).toEqual([undefined, undefined]);
  const asks = [
    all(kiwi.execute(sampleExecute)),
    kiwi.load(COPY),
    kiwi.recallRun({ tenant, callId: "c" }),
    kiwi.readArtifact({ tenant, callId: "c", name: "a", offset: 0 }),
  ];
  for (const end of await Promise.allSettled(asks)) {
    expect(end).toMatchObject({ status: "rejected", reason: refusal });
  }
});

test("an orchestrator passes on the claim of the turn, which it could not have made", async () => {
  const { connect, seen } = await start();
  const kiwi = await connect();
  const server = await serveOrchestrator({
    ...WHERE,
    verifyClaim,
    listModels: async () => [],
    async *runTurn({ turn }, { mandate }) {
      await all(kiwi.execute({ ...sampleExecute, tenant: turn.tenant }, { mandate }));
      yield { type: "turn-end", turnId: turn.turnId, outcome: "completed" };
    },
  });
  onTestFinished(() => server.close());
  const address = `127.0.0.1:${server.port}`;
  const gateway = await connectOrchestrator({ address, logger: SILENT_LOG, signClaim });
  onTestFinished(() => gateway.close());
  const run = (mandate: Mandate | undefined) =>
    all(
      gateway.runTurn(sampleTurn, {
        commands: none(),
        signal: AbortSignal.timeout(60_000),
        mandate,
      }),
    );
  const mandate = mandateOf(sampleTurn.turn.tenant);
  expect(await run(mandate)).toMatchObject([{ type: "turn-end", outcome: "completed" }]);
  expect(seen).toMatchObject([mandate]);
  const { tenant: own } = mandate;
  expect(await gateway.listModels(own, { mandate })).toEqual([]);
  for (const wrong of [undefined, mandateOf("globex")]) {
    await expect(run(wrong)).rejects.toMatchObject(refusal);
    await expect(gateway.listModels(own, { mandate: wrong })).rejects.toMatchObject(refusal);
  }
});

async function* none(): AsyncGenerator<never> {}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}
