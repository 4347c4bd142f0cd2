import { isWithinShare } from "@lilux/core/fairness";

export interface Room {
  bytesMax: number;
  /** What the stream holds. */
  bytes: number;
  /** What the tenant holds of it. */
  tenantBytes: number;
  /** What is to be added. */
  size: number;
  /** How much the tenant counts; 1 unless told. */
  weight?: number | undefined;
}

/** Whether a tenant may add to a stream: it holds so many times what is free, by its weight. */
export function hasRoomForTenant({ bytesMax, bytes, tenantBytes, size, weight }: Room): boolean {
  return isWithinShare({ max: bytesMax, all: bytes, own: tenantBytes, more: size, weight });
}

/** Below this fill nobody can be above their share, so nobody's has to be known. */
export function sharesMatter(bytes: number, bytesMax: number): boolean {
  return bytes > bytesMax / 2;
}

/** The tenant of a subject, which `subjects` puts behind the prefix. */
export function tenantOf(subject: string): string {
  return subject.split(".")[2] ?? "";
}
