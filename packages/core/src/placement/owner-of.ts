/** Which of some members a name belongs to, as everybody who knows the same members says it. Undefined of none. */
export function ownerOf(name: string, members: Iterable<string>): string | undefined {
  let owner: { member: string; rank: number } | undefined;
  for (const member of members) {
    const rank = rankOf(member, name);
    const isBefore =
      owner === undefined || rank > owner.rank || (rank === owner.rank && member < owner.member);
    if (isBefore) owner = { member, rank };
  }
  return owner?.member;
}

/**
 * A member's rank among those that a name may go to (rendezvous hashing): one
 * that comes or goes moves only the names that are, or were, its own. FNV-1a
 * with a finish that spreads the last letters.
 */
export function rankOf(id: string, of: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${of} ${id}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
