import { generateKeyPairSync, randomBytes } from "node:crypto";
import { NATS_USERS } from "@lilux/bus";
import { STORE_SERVICES } from "@lilux/context-store";
import { LOCAL_TENANT } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { newKey } from "../distributed/new-key.ts";
import { EXIT } from "../exit-codes.ts";
import { inCapitals, kubernetesSecrets } from "./kubernetes-secrets.ts";

const SECRET_BYTES = 32;

/** Everything that docker-compose.yml wants of the inside, by the name of its variable. */
const VARIABLES: readonly string[] = [
  ...NATS_USERS.map((user) => `LILUX_NATS_${inCapitals(user)}_PASSWORD`),
  ...STORE_SERVICES.map((service) => `LILUX_REDIS_${inCapitals(service)}_PASSWORD`),
  "LILUX_KIWI_SECRET",
  "LILUX_ORCHESTRATOR_SECRET",
  "LILUX_SESSION_SECRET",
];

/** `lilux credentials`: new secrets for the services of a deployment, as lines of an `.env` file, or for kubectl. */
export async function makeCredentials(
  { json, print }: CommandContext,
  _args: string[],
  { kubernetes, into }: Record<string, unknown>,
): Promise<number> {
  if (typeof into === "string") {
    const { handOut } = await import("../containers/hand-out.ts");
    const { isFirst } = await handOut(into);
    print(`${into}: ${isFirst ? "made" : "kept, and handed out again"}`);
    return EXIT.ok;
  }
  const made = {
    ...Object.fromEntries(VARIABLES.map((variable) => [variable, makeSecret()])),
    ...makeClaimKeys(),
  };
  if (kubernetes === true) {
    const items = kubernetesSecrets(made, newKey(LOCAL_TENANT), makeSecret());
    print(JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2));
  } else if (json) print(JSON.stringify(made, null, 2));
  else print(linesOf(made));
  return EXIT.ok;
}

function linesOf(made: Readonly<Record<string, string>>): string {
  return Object.entries(made)
    .map(([variable, secret]) => `${variable}=${secret}`)
    .join("\n");
}

/** Who a call is made for: the gateway signs it, the tool core and the orchestrator check. One line each. */
function makeClaimKeys() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "der" },
    publicKeyEncoding: { type: "spki", format: "der" },
  });
  return {
    LILUX_CLAIM_KEY: privateKey.toString("base64url"),
    LILUX_CLAIM_PUBLIC_KEY: publicKey.toString("base64url"),
  };
}

/** A letter first: nats-server would read bare digits as a number. */
function makeSecret(): string {
  return `lx_${randomBytes(SECRET_BYTES).toString("hex")}`;
}
