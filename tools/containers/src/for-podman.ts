import { type Compose, type ComposeService, ROOT } from "./compose-file.ts";

export interface Images {
  /** Lilux's own. */
  own: string;
  /** Of services whose image is not to be had here, by their name. */
  others: Readonly<Record<string, string>>;
}

/**
 * docker-compose.yml as podman-compose and an older podman take it: the same but for words that Docker has of its
 * own, for images, and for waiting until something is healthy, which podman looks at only where systemd runs.
 */
export function forPodman(compose: Compose, { own, others }: Images): Compose {
  const services: Record<string, ComposeService> = {};
  for (const [name, service] of Object.entries(compose.services)) {
    const { build, logging: _logging, ...rest } = service;
    const image = build === "." ? own : others[name];
    if (image !== undefined) services[name] = { ...translated(rest), image };
  }
  return { ...compose, services };
}

function translated(service: ComposeService): ComposeService {
  const { security_opt = [], volumes = [], depends_on } = service;
  return {
    ...service,
    // Docker's word for it.
    security_opt: security_opt.map((option) =>
      option.replace("systempaths=unconfined", "unmask=ALL"),
    ),
    volumes: volumes.map((volume) => volume.replace(/^(\$\{\w+:-)?\.\//, `$1${ROOT}/`)),
    ...(depends_on === undefined ? {} : { depends_on: startedOnly(depends_on) }),
  };
}

function startedOnly(dependsOn: Record<string, { condition: string }>) {
  return Object.fromEntries(
    Object.entries(dependsOn).map(([name, { condition }]) => [
      name,
      { condition: condition === "service_healthy" ? "service_started" : condition },
    ]),
  );
}
