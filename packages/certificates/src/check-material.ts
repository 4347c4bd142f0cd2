import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { LiluxError } from "@lilux/protocol";
import { certificatesIn, leadsTo } from "./certificate-texts.ts";
import { identityOf } from "./identity.ts";
import type { PartyName } from "./parties.ts";
import type { TlsMaterial } from "./tls-files.ts";

export interface CheckedMaterial {
  identity: PartyName;
  /** In Unix ms. */
  endsAt: number;
}

/**
 * Throws `config_invalid`, which names the setting and the next step, for what no connection could
 * be made with: found at the start, it is not looked for in a handshake.
 */
export function checkMaterial(
  material: TlsMaterial,
  { expected, now }: { expected: PartyName; now: number },
): CheckedMaterial {
  const authorities = readCertificates(material.authority, "LILUX_TLS_CA_FILE");
  const chain = readCertificates(material.certificate, "LILUX_TLS_CERT_FILE");
  const [own] = chain;
  if (own === undefined) throw unusable("LILUX_TLS_CERT_FILE", "holds no certificate");
  const identity = identityOf(own.subjectAltName);
  if (identity !== expected) throw isAnothers(identity, expected);
  if (!own.checkPrivateKey(readKey(material.key))) {
    throw unusable(
      "LILUX_TLS_KEY_FILE",
      "is not the key of the certificate in LILUX_TLS_CERT_FILE",
    );
  }
  checkTime(own, "LILUX_TLS_CERT_FILE", now);
  if (!leadsTo(chain, authorities)) {
    const why = "holds a certificate that the authority in LILUX_TLS_CA_FILE did not sign";
    throw unusable("LILUX_TLS_CERT_FILE", why);
  }
  for (const authority of authorities.slice(0, 1)) checkTime(authority, "LILUX_TLS_CA_FILE", now);
  return { identity: expected, endsAt: own.validToDate.getTime() };
}

function readCertificates(pem: string, variable: string): X509Certificate[] {
  try {
    const read = certificatesIn(pem);
    if (read.length > 0) return read;
  } catch (cause) {
    throw unusable(variable, "holds a certificate that cannot be read", cause);
  }
  throw unusable(variable, "holds no certificate in PEM");
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw unusable("LILUX_TLS_KEY_FILE", "holds no private key in PEM", cause);
  }
}

function checkTime(certificate: X509Certificate, variable: string, now: number): void {
  const { validFromDate: from, validToDate: to } = certificate;
  if (now > to.getTime()) {
    throw unusable(variable, `holds a certificate that ended at ${to.toISOString()}`);
  }
  if (now < from.getTime()) {
    throw unusable(variable, `holds a certificate that begins at ${from.toISOString()}`);
  }
}

function isAnothers(identity: PartyName | undefined, expected: PartyName): LiluxError {
  const whose =
    identity === undefined ? "names no service (spiffe://lilux/…)" : `is the ${identity}'s`;
  return unusable("LILUX_TLS_CERT_FILE", `${whose}, and this is the ${expected}`);
}

function unusable(variable: string, why: string, cause?: unknown): LiluxError {
  const message = `${variable} ${why}. \`lilux certs check\` looks at a folder of them, \`lilux certs make\` makes them.`;
  return new LiluxError("config_invalid", { message, cause });
}
