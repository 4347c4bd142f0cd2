import { join } from "node:path";
import type { PartyName } from "./parties.ts";
import type { TlsFiles } from "./tls-files.ts";

/** How a folder of certificates is laid out: the authority, and two files for everybody. */
export function authorityFiles(folder: string): { certificate: string; key: string } {
  return { certificate: join(folder, "ca.pem"), key: join(folder, "ca-key.pem") };
}

export function tlsFilesIn(folder: string, name: PartyName): TlsFiles {
  return {
    authority: authorityFiles(folder).certificate,
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}-key.pem`),
  };
}
