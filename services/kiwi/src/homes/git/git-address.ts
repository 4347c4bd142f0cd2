import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { LiluxError } from "@lilux/protocol";
import { isPublicAddress } from "@lilux/runtime";
import type { GitAllowance } from "./git-allowance.ts";

/** Where a repository is, once it is known to be a place that may be asked. */
export interface GitAddress {
  /** As git is given it; no secret is in it. */
  url: string;
  protocol: "https" | "http" | "ssh" | "file";
  host: string;
  port: number;
  /** What the host's name stood for when it was looked at: only this is asked. Undefined for a file. */
  ip: string | undefined;
}

export type ResolveHost = (host: string) => Promise<string[]>;

const URL_CHARACTERS_MAX = 1_024;
/** No space, no quote, nothing that a shell, a log or an option could take for something else. */
const PLAIN = /^[A-Za-z0-9:/@._~%+-]+$/;
/** `git@host:path`, as servers show it. */
const SHORT_SSH = /^([A-Za-z0-9._-]+)@([A-Za-z0-9.-]+):(?!\/)([A-Za-z0-9._~/+-]+)$/;
const PORTS: Readonly<Record<string, number>> = { https: 443, http: 80, ssh: 22, file: 0 };

/** Throws `invalid_request`, field `url`, for what is no address of a repository that may be asked. Asks nobody. */
export function parseGitUrl(text: string, allow: GitAllowance): Omit<GitAddress, "ip"> {
  const long = text.replace(SHORT_SSH, "ssh://$1@$2/$3");
  if (text.length > URL_CHARACTERS_MAX || !PLAIN.test(long)) throw refused(FORM);
  const url = URL.canParse(long) ? new URL(long) : undefined;
  const protocol = url?.protocol.slice(0, -1);
  if (url === undefined || protocol === undefined) throw refused(FORM);
  if (!isProtocol(protocol) || !long.startsWith(`${protocol}://`)) throw refused(FORM);
  if (protocol === "file" && !allow.files) throw refused(NOT_ALLOWED, "files");
  if (protocol === "http" && !allow.plainHttp) throw refused(NOT_ALLOWED, "http");
  if (url.password !== "" || (protocol !== "ssh" && url.username !== "")) throw refused(SECRET);
  if (url.search !== "" || url.hash !== "") throw refused(FORM);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const hasHost = protocol === "file" ? host === "" : /^[A-Za-z0-9]/.test(host);
  if (!hasHost || url.username.startsWith("-")) throw refused(FORM);
  if (url.pathname === "/" || url.pathname.split("/").includes("..")) throw refused(FORM);
  const port = url.port === "" ? (PORTS[protocol] ?? 0) : Number(url.port);
  return { url: long, protocol, host, port };
}

/**
 * The address with what its host's name stands for. Where private addresses are not allowed, one
 * among the answers is enough to refuse; the one that is answered is the one that is to be asked, so that
 * a name that stands for something else a moment later leads nowhere.
 */
export async function resolveGitUrl(
  text: string,
  allow: GitAllowance,
  resolve: ResolveHost = resolveByDns,
): Promise<GitAddress> {
  const address = parseGitUrl(text, allow);
  if (address.protocol === "file") return { ...address, ip: undefined };
  const ips = isIP(address.host) === 0 ? await addressesOf(address.host, resolve) : [address.host];
  const [ip] = ips;
  if (ip === undefined) throw noSuchHost(address.host);
  if (!allow.privateAddresses && ips.some((one) => !isPublicAddress(one))) {
    throw refused(NOT_ALLOWED, "private");
  }
  return { ...address, ip };
}

async function addressesOf(host: string, resolve: ResolveHost): Promise<string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw noSuchHost(host, cause);
  }
}

async function resolveByDns(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function isProtocol(name: string): name is GitAddress["protocol"] {
  return Object.hasOwn(PORTS, name);
}

const FORM =
  "url must be the address of a repository, such as https://git.example.com/team/library.git or ssh://git@git.example.com/team/library.git";
const SECRET =
  "url must hold no user and no password for https. Name the secret that signs in as `secret`";
const NOT_ALLOWED =
  "url leads where this server does not let libraries lie: to a file, to a private network, or over plain http. Its operator can allow that with LILUX_GIT_ALLOW";

function refused(problem: string, what?: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `${problem}.`,
    details: { field: "url", ...(what === undefined ? {} : { refused: what }) },
  });
}

function noSuchHost(host: string, cause?: unknown): LiluxError {
  return new LiluxError("library_unreachable", {
    message: `The library's server ${host} is not known to the network. Look at its name; what was read before stays.`,
    details: { reason: "host" },
    cause,
  });
}
