import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { identityUri } from "./identity.ts";
import { hostsOf, PARTIES, type PartyName } from "./parties.ts";

/** A certificate and its key, PEM. */
export interface KeyedCertificate {
  certificate: string;
  key: string;
}

export interface Validity {
  from: Date;
  to: Date;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const NAME = "CN=Lilux authority";

/** One that may sign certificates of services, and nothing that signs further. */
export async function makeAuthority({ from, to }: Validity): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: NAME,
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: made.toString("pem"), key: await privatePem(keys.privateKey) };
}

export interface Issue extends Validity {
  name: PartyName;
  /** More names and addresses that it is reached by. */
  hosts?: readonly string[];
}

/** A service's certificate, with a key of its own. */
export async function issueCertificate(
  authority: KeyedCertificate,
  { name, from, to, hosts = [] }: Issue,
): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: new X509Certificate(authority.certificate).subject,
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await readPrivateKey(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(usagesOf(name)),
      new SubjectAlternativeNameExtension(alternativeNames(name, hosts)),
    ],
  });
  return { certificate: made.toString("pem"), key: await privatePem(keys.privateKey) };
}

/** Who only calls cannot stand for a server, whatever names it has. */
function usagesOf(name: PartyName): ExtendedKeyUsage[] {
  const { clientAuth, serverAuth } = ExtendedKeyUsage;
  return PARTIES[name].serves ? [clientAuth, serverAuth] : [clientAuth];
}

function alternativeNames(name: PartyName, more: readonly string[]): JsonGeneralName[] {
  const own: JsonGeneralName[] = [{ type: "url", value: identityUri(name) }];
  const hosts = PARTIES[name].serves ? [...hostsOf(name), "127.0.0.1", "::1", ...more] : [];
  return [...own, ...hosts.map((value) => ({ type: typeOf(value), value }))];
}

function typeOf(host: string): "ip" | "dns" {
  return /^[\d.]+$|:/.test(host) ? "ip" : "dns";
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

async function readPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(pem), ALGORITHM, false, [
    "sign",
  ]);
}
