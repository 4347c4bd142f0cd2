import type { Compose, ComposeService } from "./compose-file.ts";

/** What kiwi needs for its sandbox, and nobody else has. */
const OF_THE_SANDBOX = ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"];
const DIGEST = /^[a-z0-9.-]+\.[a-z]+\/[a-z0-9/._-]+:[\w.-]+@sha256:[0-9a-f]{64}$/;
const ROOT_USERS = /^(?:0|root)(?::|$)/;
/** Names of values that are nobody's business, unless they name a file, a public half or are filled in from outside as digests. */
const SECRET_NAME = /PASSWORD|SECRET|TOKEN$|KEY|CREDENTIAL/;
const NO_SECRET = /_FILE$|^LILUX_API_KEYS$/;
const PLAIN_URL = /\b(?:http|nats|redis|postgres(?:ql)?|amqp|ws):\/\/([\w.-]+)/g;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost)$/;
/** Whom services speak to as peers: with these three they show each other certificates. */
const PEER = /^LILUX_(?:NATS|REDIS|KIWI|ORCHESTRATOR)_(?:URL|ADDRESS|LISTEN)$/;
const TLS_FILES = ["LILUX_TLS_CA_FILE", "LILUX_TLS_CERT_FILE", "LILUX_TLS_KEY_FILE"];
/** What lies in a folder of the host, and has to be changed by nobody inside. */
const FROM_HOST = /^[.$/]/;

/** What is wrong with a compose file, a sentence each. */
export function composeFaults(compose: Compose): string[] {
  return Object.entries(compose.services).flatMap(([name, service]) =>
    [
      ...closedFaults(name, service),
      ...boundFaults(service),
      ...imageFaults(service),
      ...secretFaults(service),
      ...connectionFaults(service, compose),
      ...volumeFaults(name, service, compose),
    ].map((fault) => `${name}: ${fault}`),
  );
}

/** It is nobody, may do nothing, and writes nowhere but where it was told to. */
function closedFaults(name: string, service: ComposeService): string[] {
  const { user = "", cap_add = [], cap_drop = [], security_opt = [] } = service;
  const allowed = name === "kiwi" ? OF_THE_SANDBOX : [];
  const opened = security_opt.filter(
    (option) => option !== "no-new-privileges:true" && !allowed.includes(option),
  );
  return faultsOf([
    [service.read_only !== true, "its root can be written"],
    [!/^\d+:\d+$/.test(user) || ROOT_USERS.test(user), "its user is not a number above 0"],
    [!cap_drop.includes("ALL") || cap_add.length > 0, "it has capabilities"],
    [!security_opt.includes("no-new-privileges:true"), "it may become more than it is"],
    [opened.length > 0, `it is opened by ${opened.join(", ")}`],
    [service.privileged === true, "it is privileged"],
    [service.network_mode === "host", "it is on the host's network"],
    [
      /host/.test(`${service["pid"]} ${service["ipc"]} ${service["userns_mode"]}`),
      "it shares a namespace with the host",
    ],
  ]);
}

function boundFaults(service: ComposeService): string[] {
  const { healthcheck, tmpfs = [] } = service;
  // One that does its work and ends has no health.
  const isOnce = service.restart === "no";
  return faultsOf([
    [service.mem_limit === undefined, "its memory has no limit"],
    [service.pids_limit === undefined, "its processes have no limit"],
    [tmpfs.some((mount) => !/size=\d/.test(mount)), "a folder in memory has no size"],
    [
      isOnce !== (healthcheck?.disable === true),
      "it has a health check and does not stay, or stays without one",
    ],
    [!isOnce && healthcheck?.test === undefined, "it has no health check"],
    [!isOnce && service.restart !== "always", "it is not started again"],
    [service["logging"] === undefined, "its log grows for ever"],
  ]);
}

/** What is built here is built on digests (see the Dockerfile's test); all else is named by one. */
function imageFaults({ image = "", build }: ComposeService): string[] {
  return faultsOf([
    [build === undefined && !DIGEST.test(image), `its image is not named by a digest: ${image}`],
  ]);
}

function secretFaults({
  environment = {},
  command = [],
  entrypoint = [],
}: ComposeService): string[] {
  const named = Object.keys(environment).filter(
    (variable) => SECRET_NAME.test(variable) && !NO_SECRET.test(variable),
  );
  const inUrls = Object.entries(environment).filter(([, value]) =>
    /:\/\/[^/@]*:[^/@]*@/.test(value),
  );
  const inArguments = [...command, ...entrypoint].filter((text) =>
    /(?:password|secret|token)[= ]\S/i.test(text),
  );
  return faultsOf([
    [named.length > 0, `secrets in variables: ${named.join(", ")}`],
    [inUrls.length > 0, `a password in ${inUrls.map(([variable]) => variable).join(", ")}`],
    [inArguments.length > 0, "a secret in an argument"],
  ]);
}

/** Every connection between two containers is spoken over TLS, but those that are listed. */
function connectionFaults(service: ComposeService, compose: Compose): string[] {
  const { environment = {}, command = [], ports = [] } = service;
  const peers = Object.keys(environment).filter((variable) => PEER.test(variable));
  const without = TLS_FILES.filter((variable) => environment[variable] === undefined);
  const texts = [...Object.values(environment), ...command].map((text) =>
    text.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1"),
  );
  const plain = texts.flatMap((text) =>
    [...text.matchAll(PLAIN_URL)].map(([url, host = ""]) => ({ url, host, text })),
  );
  const inClear = plain.filter(
    ({ host, text }) => !LOOPBACK.test(host) && !isExcepted({ host, text }, service, compose),
  );
  return faultsOf([
    [
      peers.length > 0 && without.length > 0,
      `it speaks to others and has no ${without.join(", ")}`,
    ],
    [inClear.length > 0, `spoken in the clear: ${inClear.map(({ url }) => url).join(", ")}`],
    [ports.some((port) => !port.startsWith("127.0.0.1:")), "it is published beyond this host"],
  ]);
}

/**
 * Postgres begins in the clear and goes on over TLS if its address says so. Language models are on a
 * network of their own, with whoever asks them.
 */
function isExcepted(
  { host, text }: { host: string; text: string },
  service: ComposeService,
  compose: Compose,
): boolean {
  if (text.startsWith("postgres://")) {
    return (
      /[?&]sslmode=verify-full\b/.test(text) &&
      /[?&]sslcert=/.test(text) &&
      /[?&]sslrootcert=/.test(text)
    );
  }
  const model = compose.services[host];
  return isOnlyOn(model, "models") && (service.networks ?? []).includes("models");
}

function isOnlyOn(service: ComposeService | undefined, network: string): boolean {
  return service?.networks?.join() === network;
}

/** A volume of credentials is one container's, and its maker's; what is the host's is only read. */
function volumeFaults(name: string, { volumes = [] }: ComposeService, compose: Compose): string[] {
  const mounts = volumes.map(mountOf);
  const credentials = mounts.filter(({ target }) => target === "/credentials");
  const shared = credentials.flatMap(({ source }) =>
    Object.entries(compose.services)
      .filter(
        ([other, { volumes: theirs = [] }]) =>
          other !== name &&
          other !== "credentials" &&
          theirs.map(mountOf).some((mount) => mount.source === source),
      )
      .filter(([other]) => !(isCommand(name) && isCommand(other)))
      .map(([other]) => `${source} with ${other}`),
  );
  return faultsOf([
    [credentials.some(({ mode }) => mode !== "ro"), "it can change its credentials"],
    [shared.length > 0, `it shares credentials: ${shared.join(", ")}`],
    [
      mounts.some(
        ({ source, mode, target }) =>
          FROM_HOST.test(source) && mode !== "ro" && target !== "/tenants",
      ),
      "it can change what is the host's",
    ],
    [
      mounts.some(({ source }) => /docker\.sock|podman\.sock/.test(source)),
      "it holds the engine's socket",
    ],
    [
      name !== "credentials" && mounts.some(({ source }) => source === "authority"),
      "it has the authority's key",
    ],
  ]);
}

/** The two that a person runs are one person. */
function isCommand(name: string): boolean {
  return name === "lilux" || name === "lilux-key";
}

interface Mount {
  source: string;
  target: string;
  mode: string | undefined;
}

/** `source:target[:mode]`; a source may be `${VARIABLE:-source}`. */
export function mountOf(volume: string): Mount {
  const [, source = "", target = "", mode] =
    /^(\$\{[^}]*\}|[^:]*):([^:]*)(?::(.*))?$/.exec(volume) ?? [];
  return { source, target, mode };
}

function faultsOf(checks: readonly (readonly [boolean, string])[]): string[] {
  return checks.filter(([isWrong]) => isWrong).map(([, sentence]) => sentence);
}
