import { randomBytes } from "node:crypto";
import { NATS_USERS } from "@lilux/bus";
import { STORE_SERVICES } from "@lilux/context-store";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

const SECRET_BYTES = 32;

/** Everything that docker-compose.yml wants of the inside, by the name of its variable. */
const VARIABLES: readonly string[] = [
  ...NATS_USERS.map((user) => `LILUX_NATS_${inCapitals(user)}_PASSWORD`),
  ...STORE_SERVICES.map((service) => `LILUX_REDIS_${inCapitals(service)}_PASSWORD`),
  "LILUX_KIWI_SECRET",
  "LILUX_ORCHESTRATOR_SECRET",
  "LILUX_SESSION_SECRET",
];

/** `lilux credentials`: new secrets for the services of a deployment, as lines of an `.env` file. */
export async function makeCredentials({ json, print }: CommandContext): Promise<number> {
  const made = VARIABLES.map((variable) => [variable, makeSecret()] as const);
  if (json) print(JSON.stringify(Object.fromEntries(made), null, 2));
  else print(made.map(([variable, secret]) => `${variable}=${secret}`).join("\n"));
  return EXIT.ok;
}

/** A letter first: nats-server would read bare digits as a number. */
function makeSecret(): string {
  return `lx_${randomBytes(SECRET_BYTES).toString("hex")}`;
}

function inCapitals(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
