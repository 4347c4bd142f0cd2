/** What a service's settings may hold of its neighbours and of how it is known to them. */
export interface NeighbourSettings {
  natsUrl?: string | undefined;
  natsUser?: string | undefined;
  redisUrl?: string | undefined;
  redisUser?: string | undefined;
  kiwiSecret?: string | undefined;
  kiwiSecretFile?: string | undefined;
  orchestratorSecret?: string | undefined;
  orchestratorSecretFile?: string | undefined;
  tlsCa?: string | undefined;
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
}

/**
 * The neighbours that a service reaches without any credential, by the setting
 * that is missing: whoever else reaches them can speak for any tenant.
 */
export function openDoors(config: NeighbourSettings): string[] {
  const doors: [string, boolean][] = [
    ["LILUX_NATS_USER", isOpen(config.natsUrl, config.natsUser)],
    ["LILUX_REDIS_USER", isOpen(config.redisUrl, config.redisUser)],
    ["LILUX_KIWI_SECRET_FILE", lacks(config, "kiwiSecret", "kiwiSecretFile")],
    [
      "LILUX_ORCHESTRATOR_SECRET_FILE",
      lacks(config, "orchestratorSecret", "orchestratorSecretFile"),
    ],
  ];
  return doors.filter(([, open]) => open).map(([variable]) => variable);
}

function isOpen(url: string | undefined, user: string | undefined): boolean {
  if (url === undefined || user !== undefined) return false;
  return !URL.canParse(url) || new URL(url).username === "";
}

/** Who calls a service and who serves it declare its secret both. */
function lacks(config: NeighbourSettings, ...names: (keyof NeighbourSettings)[]): boolean {
  return names.every((name) => name in config && config[name] === undefined);
}
