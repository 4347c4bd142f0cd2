/**
 * What flows (tenants) hold of something that keeps a while and has a bound, as memory. As long as
 * there is room anybody may have it; where there is none, whoever holds most gives up its own oldest
 * (longest queue drop: Suter and others, 1998). Nobody has to know how many flows there are, and
 * one that holds less than an equal part of the whole loses nothing to another.
 */
export interface HeldShares {
  /** Notes that the flow holds this from now on, and answers what has to go for it, which it then counts no more. */
  hold(flow: string, key: string, size: number): string[];
  letGo(flow: string, key: string): void;
  /** In the order in which they came to be held. */
  keysOf(flow: string): string[];
  size(): number;
}

export interface HeldSharesOptions {
  sizeMax: number;
  countMax: number;
}

interface Holding {
  keys: Map<string, number>;
  size: number;
}

export function createHeldShares({ sizeMax, countMax }: HeldSharesOptions): HeldShares {
  const holdings = new Map<string, Holding>();
  let size = 0;
  let count = 0;

  function letGo(flow: string, key: string): void {
    const holding = holdings.get(flow);
    const held = holding?.keys.get(key);
    if (holding === undefined || held === undefined) return;
    holding.keys.delete(key);
    holding.size -= held;
    size -= held;
    count -= 1;
    if (holding.keys.size === 0) holdings.delete(flow);
  }

  /** The part of the whole that it holds, by whichever bound is nearer for it. */
  const partOf = (holding: Holding): number =>
    Math.max(holding.size / sizeMax, holding.keys.size / countMax);

  function giveUpOldest(): string | undefined {
    let most: { flow: string; part: number } | undefined;
    for (const [flow, holding] of holdings) {
      const part = partOf(holding);
      if (most === undefined || part > most.part) most = { flow, part };
    }
    if (most === undefined) return undefined;
    const [oldest] = holdings.get(most.flow)?.keys.keys() ?? [];
    if (oldest !== undefined) letGo(most.flow, oldest);
    return oldest;
  }

  return {
    hold(flow, key, added) {
      letGo(flow, key);
      const holding = holdings.get(flow) ?? { keys: new Map<string, number>(), size: 0 };
      holdings.set(flow, holding);
      holding.keys.set(key, added);
      holding.size += added;
      size += added;
      count += 1;
      const gone: string[] = [];
      while (size > sizeMax || count > countMax) {
        const oldest = giveUpOldest();
        if (oldest === undefined) break;
        gone.push(oldest);
      }
      return gone;
    },
    letGo,
    keysOf: (flow) => [...(holdings.get(flow)?.keys.keys() ?? [])],
    size: () => size,
  };
}
