import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { identityOf } from "./identity.ts";
import type { PartyName } from "./parties.ts";

/**
 * For `tls.connect`: the host has to be one that the certificate names, and whoever it names of ours has
 * to be the one that was meant, since all of ours on one machine share its hosts. Servers that are not
 * ours name nobody; `strictly` refuses those.
 */
export function checkPeer(
  expected: PartyName,
  { strictly = false } = {},
): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    const isUnknown = checkServerIdentity(host, certificate);
    if (isUnknown !== undefined) return isUnknown;
    const names = certificate.subjectaltname;
    const found = identityOf(names);
    const isNobodys = found === undefined && !/URI:"?spiffe:/.test(names ?? "");
    if (found === expected || (isNobodys && !strictly)) return undefined;
    const error: NodeJS.ErrnoException = new Error(
      `the certificate is ${found === undefined ? "no service's" : `the ${found}'s`}, not the ${expected}'s`,
    );
    error.code = "IDENTITY_DIFFERS";
    return error;
  };
}
