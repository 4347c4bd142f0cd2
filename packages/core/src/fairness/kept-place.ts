/**
 * Whether the last of some places is kept from whoever holds others of them. What began together
 * ends together: without a place of its own, somebody who asks for one thing at a time waits each
 * time for as long as another's work takes. Where nobody else came of late all places are used,
 * but for one of very many, which is no loss.
 */
export interface KeptPlace {
  /** Somebody came for a place. */
  note(flow: string): void;
  /** Whether somebody else than the one who came last did so of late. */
  isShared(): boolean;
  /** From somebody who holds so many of the places that all hold. */
  isKeptFrom(held: { all: number; own: number }): boolean;
}

/** For how long after a flow's last coming another's flood leaves a place for it. */
const SHARED_MS = 60_000;
/** Of so many places one is no loss: it is left for those that nobody knows of yet, too. */
const KEPT_FROM = 20;

interface Came {
  flow: string;
  at: number;
}

export function createKeptPlace({
  placesMax,
  now,
}: {
  placesMax: number;
  /** Monotonic milliseconds. */
  now(): number;
}): KeptPlace {
  /** The flow that came last, and the one that did before it. */
  let latest: Came | undefined;
  let other: Came | undefined;

  const isShared = (): boolean => other !== undefined && now() - other.at < SHARED_MS;

  return {
    isShared,
    note(flow) {
      if (latest?.flow !== flow) other = latest;
      latest = { flow, at: now() };
    },
    isKeptFrom({ all, own }) {
      if (all !== placesMax - 1 || placesMax === 1 || own === 0) return false;
      return isShared() || placesMax >= KEPT_FROM;
    },
  };
}
