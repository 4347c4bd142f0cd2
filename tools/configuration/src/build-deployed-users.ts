import { NATS_USERS, natsUsers } from "@lilux/bus";
import { redisUsers, STORE_SERVICES } from "@lilux/context-store";

const MADE =
  "Made by `npm run docs:configuration` of the tables that say who may do what; a test holds it current.";

/** deploy/nats/users.conf: passwords come from the server's environment. */
export function deployedNatsUsers(): string {
  const variables = NATS_USERS.map((user) => `LILUX_NATS_${inCapitals(user)}_PASSWORD`);
  return `# ${MADE}\n# Reads ${variables.join(", ")}.\n${natsUsers((user) => `$LILUX_NATS_${inCapitals(user)}_PASSWORD`)}`;
}

/** deploy/redis/start.sh: Redis reads no environment, so the file of its users is written at the start. */
export function deployedRedisStart(): string {
  const variables = STORE_SERVICES.map((service) => `LILUX_REDIS_${inCapitals(service)}_PASSWORD`);
  return `#!/bin/sh
# ${MADE}
set -eu
${variables.map((variable) => `: "\${${variable}:?}"`).join("\n")}
umask 077
users=$(mktemp)
cat > "$users" <<END
${redisUsers((service) => `>$LILUX_REDIS_${inCapitals(service)}_PASSWORD`)}END
# Nothing here has to outlive the process: what is lost is warmed again.
exec redis-server --save '' --appendonly no --maxmemory 256mb --maxmemory-policy allkeys-lru \\
  --aclfile "$users" "$@"
`;
}

/** deploy/k8s/base/servers.yaml: the same two, and nats.conf, where pods find them. */
export function deployedServerFiles(natsConf: string): string {
  return `# ${MADE}
# Passwords come from the secrets nats-users and redis-users, as variables.
${configMap("nats", { "nats.conf": natsConf, "users.conf": deployedNatsUsers() })}---
${configMap("redis", { "start.sh": deployedRedisStart() })}`;
}

function configMap(name: string, files: Record<string, string>): string {
  const data = Object.entries(files).map(
    ([file, text]) => `  ${file}: |\n${text.replace(/^(?=.)/gm, "    ")}`,
  );
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: lilux-data
data:
${data.join("")}`;
}

function inCapitals(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
