import ipaddr from "ipaddr.js";

/** Addresses that are not for scripts, beside those that are nobody's on the internet. */
export interface AddressRules {
  /** This machine's own and those of the deployment's servers. Never let through. */
  own: ReadonlySet<string>;
  /** Private networks that the operator lets scripts into, as 10.20.0.0/16. */
  privateNetworks: readonly string[];
}

/** Those that can lie in an operator's own network. The others never can, whatever is allowed. */
const ALLOWABLE = new Set(["private", "uniqueLocal", "carrierGradeNat"]);

/** Why an address that a name leads to is not connected to; undefined when it may be. Pure. */
export function reasonAgainstAddress(text: string, rules: AddressRules): string | undefined {
  if (!ipaddr.isValid(text)) return "leads to no address";
  const address = plainAddress(ipaddr.parse(text));
  const range = address.range();
  const isAllowed =
    range === "unicast" ||
    (ALLOWABLE.has(range) && rules.privateNetworks.some((network) => lies(address, network)));
  if (!isAllowed) return `leads to an address that is not public (${range})`;
  return rules.own.has(address.toString()) ? "leads to this installation" : undefined;
}

/** As it is compared: one of version 4 that is written as version 6 is the one it stands for. */
export function comparableAddress(text: string): string | undefined {
  return ipaddr.isValid(text) ? plainAddress(ipaddr.parse(text)).toString() : undefined;
}

export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function plainAddress(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? address.toIPv4Address()
    : address;
}

function lies(address: Address, network: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(network);
  return base.kind() === address.kind() && address.match([base, bits] as [ipaddr.IPv4, number]);
}
