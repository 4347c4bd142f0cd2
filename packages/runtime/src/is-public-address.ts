import { BlockList, isIP } from "node:net";

/** Ranges of which nobody outside a network can be meant, by the registries of special addresses. */
const PRIVATE: readonly [string, number, "ipv4" | "ipv6"][] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
];
const blocked = new BlockList();
for (const [net, prefix, family] of PRIVATE) blocked.addSubnet(net, prefix, family);
/** Of IPv6 only what is handed out to the world is public, without the parts that hold another address. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const tunnels6 = new BlockList();
tunnels6.addSubnet("2001::", 23, "ipv6");
tunnels6.addSubnet("2001:db8::", 32, "ipv6");
tunnels6.addSubnet("2002::", 16, "ipv6");
tunnels6.addSubnet("3fff::", 20, "ipv6");

/** Whether an address (not a name) is one of a server of the world, and not of this machine, a private network or the like. */
export function isPublicAddress(ip: string): boolean {
  const family = isIP(ip);
  if (family === 4) return !blocked.check(ip, "ipv4");
  if (family !== 6) return false;
  return global6.check(ip, "ipv6") && !tunnels6.check(ip, "ipv6");
}
