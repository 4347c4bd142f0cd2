import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { LiluxError } from "@lilux/protocol";
import type { KeyedCertificate } from "./authority.ts";
import { authorityFiles, tlsFilesIn } from "./certificate-folder.ts";
import { certificatesIn, leadsTo } from "./certificate-texts.ts";
import { PARTY_NAMES, type PartyName } from "./parties.ts";

export interface KeepOptions {
  /** Who gets a certificate; everybody unless told. */
  names?: readonly PartyName[];
  /** More names and addresses that servers are reached by. */
  hosts?: readonly string[];
  /**
   * Which certificates that are there are made anew: none, those that end soon (or are not of this
   * authority), or all of them. The authority goes on as long as it can.
   */
  renew?: "none" | "ending" | "all";
  now?: number;
}

export interface Kept {
  made: PartyName[];
  kept: PartyName[];
  /** Those of the kept that end within the time for renewing. */
  ending: PartyName[];
  madeAuthority: boolean;
}

const DAY_MS = 86_400_000;
/** Clocks of two machines differ. */
const BACKDATED_MS = 3_600_000;
const AUTHORITY_DAYS = 3_650;
const CERTIFICATE_DAYS = 365;
/** So long before its end a certificate is made anew where that was asked for. */
export const RENEW_WITHIN_DAYS = 90;

/**
 * Sees to an authority and a certificate for everybody in a folder that is its owner's alone.
 * What is there stays unless it was asked to be made anew; nothing is read of the library that
 * makes certificates when there is nothing to make.
 */
export async function keepCertificates(folder: string, options: KeepOptions = {}): Promise<Kept> {
  const { names = PARTY_NAMES, renew = "none", now = Date.now(), hosts = [] } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const authority = authorityFiles(folder);
  const madeAuthority = !existsSync(authority.certificate);
  if (madeAuthority) {
    refuseWithout(folder, names);
    const { makeAuthority } = await import("./authority.ts");
    write(authority, await makeAuthority(validity(now, AUTHORITY_DAYS)));
  }
  const states = names.map((name) => [name, stateOf(folder, name, now)] as const);
  const isMade = (state: State): boolean =>
    state === "missing" || renew === "all" || (renew === "ending" && state !== "good");
  const made = states.filter(([, state]) => isMade(state)).map(([name]) => name);
  if (made.length > 0) await issueAll(folder, { names: made, hosts, now });
  const left = states.filter(([name]) => !made.includes(name));
  for (const name of left) closeToOthers(folder, name[0]);
  return {
    made,
    kept: left.map(([name]) => name),
    ending: left.filter(([, state]) => state !== "good").map(([name]) => name),
    madeAuthority,
  };
}

async function issueAll(
  folder: string,
  { names, hosts, now }: { names: readonly PartyName[]; hosts: readonly string[]; now: number },
): Promise<void> {
  const authority = readAuthority(folder);
  const { issueCertificate } = await import("./authority.ts");
  const [own] = certificatesIn(authority.certificate);
  const { from, to } = validity(now, CERTIFICATE_DAYS);
  // Nothing outlives who signed it.
  const ends = own === undefined || own.validToDate > to ? to : own.validToDate;
  for (const name of names) {
    write(
      tlsFilesIn(folder, name),
      await issueCertificate(authority, { name, from, to: ends, hosts }),
    );
  }
}

type State = "missing" | "ending" | "good";

/** One of another authority, or that cannot be read, is as good as ended. */
function stateOf(folder: string, name: PartyName, now: number): State {
  const { authority, certificate, key } = tlsFilesIn(folder, name);
  if (!existsSync(certificate) || !existsSync(key)) return "missing";
  try {
    const chain = certificatesIn(readFileSync(certificate, "utf8"));
    const endsAt = chain[0]?.validToDate.getTime() ?? 0;
    const isOurs = leadsTo(chain, certificatesIn(readFileSync(authority, "utf8")));
    return isOurs && endsAt - now > RENEW_WITHIN_DAYS * DAY_MS ? "good" : "ending";
  } catch {
    return "ending";
  }
}

/** A folder whose authority is gone is not begun anew over certificates that others still know. */
function refuseWithout(folder: string, names: readonly PartyName[]): void {
  const there = names.filter((name) => existsSync(tlsFilesIn(folder, name).certificate));
  if (there.length === 0) return;
  throw new LiluxError("config_invalid", {
    message: `${folder} holds certificates (${there.join(", ")}) and no ca.pem. Bring their authority back, or choose another folder.`,
  });
}

function readAuthority(folder: string): KeyedCertificate {
  const { certificate, key } = authorityFiles(folder);
  try {
    return {
      certificate: readFileSync(certificate, "utf8"),
      key: readFileSync(key, "utf8"),
    };
  } catch (cause) {
    throw new LiluxError("config_invalid", {
      message: `${key} is needed to sign certificates and cannot be read. Bring the authority's key back for as long as this takes, or choose another folder.`,
      cause,
    });
  }
}

function validity(now: number, days: number): { from: Date; to: Date } {
  return { from: new Date(now - BACKDATED_MS), to: new Date(now + days * DAY_MS) };
}

/** The key first: a certificate whose key is not there would be taken for whole. */
function write(
  files: { certificate: string; key: string },
  { certificate, key }: KeyedCertificate,
): void {
  writePrivate(files.key, key);
  writePrivate(files.certificate, certificate);
}

function writePrivate(file: string, text: string): void {
  const next = `${file}.next`;
  writeFileSync(next, `${text}\n`, { mode: 0o600 });
  renameSync(next, file);
}

function closeToOthers(folder: string, name: PartyName): void {
  const { certificate, key } = tlsFilesIn(folder, name);
  for (const file of [certificate, key]) chmodSync(file, 0o600);
}
