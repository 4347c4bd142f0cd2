/** For where deploy/k8s/components/certificates has the service's own files. */
const SHOWING_CERTIFICATES =
  "sslmode=verify-full&sslrootcert=/certificates/ca.crt&sslcert=/certificates/tls.crt&sslkey=/certificates/tls.key";

/** A secret of Kubernetes, as `kubectl create -f -` takes it. */
export interface KubernetesSecret {
  apiVersion: "v1";
  kind: "Secret";
  type: "Opaque" | "kubernetes.io/basic-auth";
  metadata: { name: string; namespace: string };
  stringData: Record<string, string>;
}

/** What an installation's first key is: shown to people, and admitted by the gateway. */
export interface FirstKey {
  key: string;
  entry: string;
}

/**
 * The secrets that deploy/k8s refers to: of each service its own, of each server the passwords of
 * those who use it. `made` are those of `lilux credentials`, by the name of their variable.
 */
export function kubernetesSecrets(
  made: Readonly<Record<string, string>>,
  firstKey: FirstKey,
  postgresPassword: string,
): KubernetesSecret[] {
  const of = (variable: string): string => made[variable] ?? "";
  const nats = (service: string) => ({
    "nats-password": of(`LILUX_NATS_${inCapitals(service)}_PASSWORD`),
  });
  const redis = (service: string) => ({
    "redis-password": of(`LILUX_REDIS_${inCapitals(service)}_PASSWORD`),
  });
  const kiwi = { "kiwi-secret": of("LILUX_KIWI_SECRET") };
  const orchestrator = { "orchestrator-secret": of("LILUX_ORCHESTRATOR_SECRET") };
  const databaseUrl = `postgres://lilux:${postgresPassword}@postgres.lilux-data.svc:5432/lilux`;
  const database = {
    "database-url": databaseUrl,
    "database-url-with-certificates": `${databaseUrl}?${SHOWING_CERTIFICATES}`,
  };
  const signs = { "claim-key": pemOf(of("LILUX_CLAIM_KEY"), "PRIVATE KEY") };
  const checks = { "claim-public-key": pemOf(of("LILUX_CLAIM_PUBLIC_KEY"), "PUBLIC KEY") };
  const session = { "session-secret": of("LILUX_SESSION_SECRET"), "api-keys": firstKey.entry };
  const users = (server: string) =>
    Object.fromEntries(
      Object.entries(made).filter(([name]) => name.startsWith(`LILUX_${server}_`)),
    );
  return [
    secret("lilux", "gateway", {
      ...nats("gateway"),
      ...kiwi,
      ...orchestrator,
      ...session,
      ...signs,
    }),
    secret("lilux", "router", { ...nats("router"), ...redis("router"), ...kiwi }),
    secret("lilux", "context-warmer", {
      ...nats("context-warmer"),
      ...redis("context-warmer"),
      ...kiwi,
    }),
    secret("lilux", "orchestrator", {
      ...nats("orchestrator"),
      ...redis("orchestrator"),
      ...kiwi,
      ...orchestrator,
      ...checks,
    }),
    secret("lilux", "flywheel", { ...nats("flywheel"), ...database }),
    secret("lilux", "first-key", { key: firstKey.key }),
    secret("lilux-sandbox", "kiwi", { ...nats("kiwi"), ...kiwi, ...database, ...checks }),
    secret("lilux-data", "nats-users", users("NATS")),
    secret("lilux-data", "redis-users", users("REDIS")),
    secret("lilux-data", "postgres", { username: "lilux", password: postgresPassword }),
  ];
}

/** A key of one line as a file of several. */
function pemOf(text: string, label: string): string {
  const base64 = Buffer.from(text, "base64url").toString("base64");
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}

function secret(
  namespace: string,
  name: string,
  stringData: Record<string, string>,
): KubernetesSecret {
  // CloudNativePG takes an owner's password in this form only.
  const type = name === "postgres" ? "kubernetes.io/basic-auth" : "Opaque";
  return { apiVersion: "v1", kind: "Secret", type, metadata: { name, namespace }, stringData };
}

export function inCapitals(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
