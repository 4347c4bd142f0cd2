import { BUS_SERVICES, type BusService } from "./bus-access.ts";
import { permissionsOf } from "./permissions-of.ts";

/** A person with the `nats` command: everything. No service has it. */
export const NATS_OPERATOR = "operator";

export type NatsUser = BusService | typeof NATS_OPERATOR;

export const NATS_USERS: readonly NatsUser[] = [...BUS_SERVICES, NATS_OPERATOR];

/**
 * The users of nats-server as a part of its configuration. `passwordOf` gives
 * the text that stands for a password: quoted, or `$NAME` for a variable of the
 * server's environment. Whoever names no user is refused.
 */
export function natsUsers(passwordOf: (user: NatsUser) => string): string {
  const services = BUS_SERVICES.map((service) => userLines(service, passwordOf(service)));
  return [
    "authorization {",
    "  users = [",
    ...services,
    `    { user: ${NATS_OPERATOR}, password: ${passwordOf(NATS_OPERATOR)} }`,
    "  ]",
    "}",
    "",
  ].join("\n");
}

function userLines(service: BusService, password: string): string {
  const { publish, subscribe, answers } = permissionsOf(service);
  const answering = answers ? ['        allow_responses: { max: 1, expires: "1m" }'] : [];
  return [
    `    { user: ${service}, password: ${password}`,
    "      permissions: {",
    ...allowed("publish", publish),
    ...allowed("subscribe", subscribe),
    ...answering,
    "      } }",
  ].join("\n");
}

/** An empty list would allow everything; every service sends and hears something. */
function allowed(what: string, list: readonly string[]): string[] {
  return [
    `        ${what}: { allow: [`,
    ...list.map((subject) => `          ${JSON.stringify(subject)}`),
    "        ] }",
  ];
}
