/** Of five characters, over lower case letters and digits: a word more or less is near, another wish is not. */
const SHINGLE = 5;
const NEAR_FROM = 0.7;

/** Lines, and whether another one is nearly one of them: Jaccard's share of common 5-character shingles. */
export interface NearLines {
  add(line: string): void;
  hasNear(line: string): boolean;
}

export function createNearLines(): NearLines {
  const sizes: number[] = [];
  const holders = new Map<string, number[]>();
  return {
    add(line) {
      const shingles = shinglesOf(line);
      const id = sizes.push(shingles.size) - 1;
      for (const shingle of shingles) {
        const held = holders.get(shingle);
        if (held === undefined) holders.set(shingle, [id]);
        else held.push(id);
      }
    },
    hasNear(line) {
      const shingles = shinglesOf(line);
      const common = new Map<number, number>();
      for (const shingle of shingles) {
        for (const id of holders.get(shingle) ?? []) common.set(id, (common.get(id) ?? 0) + 1);
      }
      for (const [id, both] of common) {
        if (both / (shingles.size + (sizes[id] ?? 0) - both) >= NEAR_FROM) return true;
      }
      return false;
    },
  };
}

/** Two lines of one normal form are the same line. */
export function normalForm(line: string): string {
  return line
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function shinglesOf(line: string): Set<string> {
  const text = ` ${normalForm(line)} `;
  const shingles = new Set<string>();
  for (let at = 0; at + SHINGLE <= text.length; at += 1) shingles.add(text.slice(at, at + SHINGLE));
  if (shingles.size === 0) shingles.add(text);
  return shingles;
}
