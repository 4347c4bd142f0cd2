import { X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in their order. Throws for one that cannot be read. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(CERTIFICATE) ?? []).map((text) => new X509Certificate(text));
}

/** Longer chains are nobody's. */
const CHAIN_MAX = 5;

/** Whether signatures lead from the first certificate of a chain to one of the authorities. */
export function leadsTo(
  [first, ...between]: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  let at = first;
  for (let steps = 0; at !== undefined && steps < CHAIN_MAX; steps += 1) {
    const issued = at;
    const signed = (by: X509Certificate): boolean =>
      issued.checkIssued(by) && issued.verify(by.publicKey);
    if (authorities.some((one) => one.ca && signed(one))) return true;
    at = between.find((one) => one.ca && signed(one));
  }
  return false;
}
