/** Who has a certificate, and under which names others reach the ones that serve. */
export interface Party {
  /** It answers connections: its certificate may stand for a server. */
  serves: boolean;
  /** Beside this machine's and its own name. */
  hosts: readonly string[];
}

const caller: Party = { serves: false, hosts: [] };

/**
 * Everybody inside, by name. Names are what certificates say and tables of access list; hosts are
 * those of docker-compose.yml and of deploy/k8s.
 */
export const PARTIES = {
  gateway: caller,
  router: caller,
  "context-warmer": caller,
  flywheel: caller,
  orchestrator: { serves: true, hosts: inNamespace("orchestrator", "lilux") },
  // Several of them have a name each, below that of their headless service.
  kiwi: {
    serves: true,
    hosts: [...inNamespace("kiwi", "lilux-sandbox"), "*.kiwi.lilux-sandbox.svc"],
  },
  // Servers of one cluster call each other by the names of a headless service.
  nats: { serves: true, hosts: [...inNamespace("nats", "lilux-data"), "*.nats-headless"] },
  redis: { serves: true, hosts: inNamespace("redis", "lilux-data") },
  postgres: { serves: true, hosts: inNamespace("postgres", "lilux-data") },
  /** A person with a command; no service has it. */
  operator: caller,
} as const satisfies Readonly<Record<string, Party>>;

export type PartyName = keyof typeof PARTIES;
export const PARTY_NAMES = Object.keys(PARTIES) as PartyName[];

export function isParty(name: string): name is PartyName {
  return Object.hasOwn(PARTIES, name);
}

/** What a certificate of one says: the names it may be reached by. */
export function hostsOf(name: PartyName): string[] {
  return [...new Set([name, "localhost", ...PARTIES[name].hosts])];
}

function inNamespace(service: string, namespace: string): string[] {
  const short = `${service}.${namespace}`;
  return [short, `${short}.svc`, `${short}.svc.cluster.local`];
}
