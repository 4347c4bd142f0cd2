import { readFileSync, statSync } from "node:fs";
import { LiluxError } from "@lilux/protocol";
import { checkMaterial } from "./check-material.ts";
import type { PartyName } from "./parties.ts";
import type { TlsFiles, TlsMaterial } from "./tls-files.ts";

/** What a service is known by, and knows others by, for every connection that is made from now on. */
export interface Tls {
  readonly identity: PartyName;
  /**
   * The files as they are now, read again when one of them changed. While what lies there cannot be
   * used, what was read before is given.
   */
  current(): TlsMaterial;
  /** When the certificate of now ends, in Unix ms. */
  endsAt(): number;
}

export interface OpenTlsOptions {
  /** Whose certificate it has to be. */
  expected: PartyName;
  files: TlsFiles;
  /** The files changed; with what is wrong with them where they cannot be used. */
  onChange?: (trouble: Error | undefined) => void;
  now?: () => number;
}

/** Reads and checks; throws `config_invalid` for what no connection could be made with. */
export function openTls({
  expected,
  files,
  onChange = () => undefined,
  now = Date.now,
}: OpenTlsOptions): Tls {
  const read = () => {
    const material = readMaterial(files);
    return { material, ...checkMaterial(material, { expected, now: now() }) };
  };
  let seen = stampOf(files);
  let held = read();

  function follow(): void {
    const stamp = stampOf(files);
    if (stamp === seen) return;
    seen = stamp;
    try {
      held = read();
      onChange(undefined);
    } catch (error) {
      onChange(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    identity: expected,
    current() {
      follow();
      return held.material;
    },
    endsAt: () => held.endsAt,
  };
}

function readMaterial({ authority, certificate, key }: TlsFiles): TlsMaterial {
  return {
    authority: readText(authority, "LILUX_TLS_CA_FILE"),
    certificate: readText(certificate, "LILUX_TLS_CERT_FILE"),
    key: readText(key, "LILUX_TLS_KEY_FILE"),
  };
}

function readText(path: string, variable: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code = "unknown" } = cause as NodeJS.ErrnoException;
    const message = `${variable} names a file that cannot be read (${code}).`;
    throw new LiluxError("config_invalid", { message, cause });
  }
}

/** Changes when a file does, also where a link is turned to another file, as Kubernetes does. */
function stampOf(files: TlsFiles): string {
  return Object.values(files).map(stampOfFile).join(" ");
}

function stampOfFile(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.ino}:${found.size}:${found.mtimeNs}`;
}
