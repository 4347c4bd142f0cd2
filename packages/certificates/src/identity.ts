import { isParty, type PartyName } from "./parties.ts";

const PREFIX = "spiffe://lilux/";
const NAME = /^URI:spiffe:\/\/lilux\/([a-z-]+)$/;

/** How a certificate names a service, as an alternative name: a URI, which no host can be mistaken for. */
export function identityUri(name: PartyName): string {
  return `${PREFIX}${name}`;
}

/**
 * Who a certificate says it is, from its alternative names as Node writes them (odd ones quoted).
 * Undefined where it names nobody of ours, or more than one.
 */
export function identityOf(subjectAltName: string | undefined): PartyName | undefined {
  const names = (subjectAltName ?? "").split(", ").flatMap((part) => NAME.exec(part)?.[1] ?? []);
  const [name] = names;
  return names.length === 1 && name !== undefined && isParty(name) ? name : undefined;
}
