/** A tenant may hold so many times what is free: 3/4 of the stream when it is alone. */
const SHARE_OF_FREE = 3;

export interface Room {
  bytesMax: number;
  /** What the stream holds. */
  bytes: number;
  /** What the tenant holds of it. */
  tenantBytes: number;
  /** What is to be added. */
  size: number;
}

/**
 * Whether a tenant may add to a stream. Its share follows what is free (the
 * dynamic thresholds of Choudhury and Hahne, 1998): one that floods it stops at
 * 3/4, two at 3/7 each, and whoever holds little is always taken, as some of
 * the stream stays free whatever the others do. Nobody has to know how many
 * tenants there are.
 */
export function hasRoomForTenant({ bytesMax, bytes, tenantBytes, size }: Room): boolean {
  const free = bytesMax - bytes - size;
  return free >= 0 && tenantBytes + size <= SHARE_OF_FREE * free;
}

/** Below this fill nobody can be above their share, so nobody's has to be known. */
export function sharesMatter(bytes: number, bytesMax: number): boolean {
  return bytes > bytesMax / 2;
}

/** The tenant of a subject, which `subjects` puts behind the prefix. */
export function tenantOf(subject: string): string {
  return subject.split(".")[2] ?? "";
}
