/** What is lost for a while; times in seconds of the simulation. */
export interface Fault {
  kind: FaultKind;
  at: number;
  for: number;
}

/**
 * One router, as by kill -9; everything of one zone; one of three nats-servers, whose clients go to
 * another; all three; one gateway, whose people come back to the others.
 */
export const FAULT_KINDS = ["router", "zone", "bus-server", "bus", "gateway"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
