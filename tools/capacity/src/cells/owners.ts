/**
 * Who holds each partition, the best first: by rendezvous hashing (Thaler and Ravishankar, 1998), so that
 * the loss of one router moves only what was its own. Of the first two no zone has both.
 */
export function rankOwners(partitions: number, routers: number, zones: number): Uint16Array[] {
  return Array.from({ length: partitions }, (_, partition) => {
    const all = Array.from({ length: routers }, (_, router) => router);
    all.sort((a, b) => weight(partition, b) - weight(partition, a));
    const [first = 0] = all;
    const second = all.find((router) => zoneOf(router, zones) !== zoneOf(first, zones)) ?? first;
    const rest = all.filter((router) => router !== first && router !== second);
    return Uint16Array.from(first === second ? all : [first, second, ...rest]);
  });
}

export function zoneOf(process: number, zones: number): number {
  return process % zones;
}

/** The finaliser of MurmurHash3 over both. */
function weight(partition: number, router: number): number {
  let mixed = Math.imul(partition + 1, 0x9e3779b1) ^ Math.imul(router + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
