import type { GitAddress } from "./git-address.ts";

/** How a server is told who asks, with the secret itself. Only ever in the environment of the asking. */
export type GitCredential =
  | { kind: "none" }
  | { kind: "token"; user: string; token: string }
  /** Files that only this process's user may read. */
  | { kind: "key"; keyFile: string; knownHostsFile: string };

/** What holds for every git that is run here, whatever a repository says of itself. */
const ALWAYS: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.sshCommand", "/bin/false"],
  ["core.askPass", "/bin/false"],
  ["core.logAllRefUpdates", "false"],
  ["core.bigFileThreshold", "8m"],
  ["credential.helper", ""],
  ["protocol.allow", "never"],
  ["http.followRedirects", "false"],
  ["http.proxy", ""],
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "20"],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  // One pack for each fetch, whose size can be watched while it comes.
  ["fetch.unpackLimit", "1"],
  ["transfer.bundleURI", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["pack.threads", "1"],
];

const SSH_SECONDS = 15;

/** The environment of one git that asks a server; without an address, of one that asks none. */
export function gitEnvironment(
  address?: GitAddress,
  credential: GitCredential = { kind: "none" },
): Record<string, string> {
  const settings = [...ALWAYS];
  const environment: Record<string, string> = { GIT_ALLOW_PROTOCOL: address?.protocol ?? "" };
  if (address !== undefined) {
    settings.push([`protocol.${address.protocol}.allow`, "always"]);
    if (address.protocol === "ssh") {
      environment["GIT_SSH_COMMAND"] = sshCommand(address, credential);
      environment["GIT_SSH_VARIANT"] = "ssh";
    } else if (address.ip !== undefined) {
      // Asked is what was looked at, whatever the name stands for by then.
      const ip = address.ip.includes(":") ? `[${address.ip}]` : address.ip;
      settings.push(["http.curloptResolve", `${address.host}:${address.port}:${ip}`]);
    }
    if (credential.kind === "token") {
      const basic = Buffer.from(`${credential.user}:${credential.token}`).toString("base64");
      settings.push(["http.extraHeader", `Authorization: Basic ${basic}`]);
    }
  }
  environment["GIT_CONFIG_COUNT"] = String(settings.length);
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

/** No settings of the machine, no agent, no question; a server whose key is not the given one is none. */
function sshCommand({ host, ip }: GitAddress, credential: GitCredential): string {
  const options: Record<string, string> = {
    BatchMode: "yes",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: credential.kind === "key" ? credential.knownHostsFile : "/dev/null",
    GlobalKnownHostsFile: "/dev/null",
    UpdateHostKeys: "no",
    HostKeyAlias: host,
    HostName: ip ?? host,
    IdentityFile: credential.kind === "key" ? credential.keyFile : "/dev/null",
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    PasswordAuthentication: "no",
    ForwardAgent: "no",
    ClearAllForwardings: "yes",
    PermitLocalCommand: "no",
    ProxyCommand: "none",
    ConnectTimeout: String(SSH_SECONDS),
  };
  const said = Object.entries(options).map(([name, value]) => `-o ${quoted(`${name}=${value}`)}`);
  return `ssh -F /dev/null ${said.join(" ")}`;
}

/** For the shell that git hands the command to. Nothing in it is a secret or from a tenant but host and files. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
