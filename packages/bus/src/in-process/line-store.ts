import type { Tenant } from "@lilux/protocol";

/** Where a line was put. `segment` names the group of lines that are dropped together. */
export interface Place {
  segment: number;
  offset: number;
  bytes: number;
}

export interface FoundLine {
  line: string;
  place: Place;
}

/**
 * Keeps lines in the order they came. `write` resolves once the lines would
 * survive a kill of the process, all or none of one call. Calls do not overlap.
 */
export interface LineStore {
  /** Hands every line kept by an earlier process to `found`, oldest first, which says if it is wanted. */
  load(found: (line: FoundLine) => boolean): Promise<void>;
  write(lines: readonly string[], firstSequence: number): Promise<Place[]>;
  read(place: Place): Promise<string>;
  /** Everything up to and with the oldest segment may go. */
  dropOldestSegment(): Promise<number | undefined>;
  /** Tells that a line is no longer wanted; a segment without wanted lines is removed. */
  release(place: Place): void;
  /**
   * Makes every line of a tenant unreadable, or every one that is older than this time (Unix ms), also those that
   * nobody wants any more and that only wait for their segment to go. The places of others stay.
   */
  erase(tenant: Tenant, before?: number): Promise<void>;
  /** A sequence no line was ever written with; counts lines that are gone. */
  firstFreeSequence(): number;
  bytes(): number;
  close(): Promise<void>;
}
