import { statfsSync } from "node:fs";

/** The largest message and what belongs to it. */
const ROOM_BYTES_MIN = 2 * 1024 * 1024;

/** Says beforehand that the journal has no room, rather than when a turn is refused for it. */
export function diskTrouble(directory: string | undefined): string[] {
  if (directory === undefined) return [];
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < ROOM_BYTES_MIN ? ["the disk of the journal is full"] : [];
  } catch {
    return ["the journal's folder cannot be looked at"];
  }
}
