/** A stored message, without its text. */
interface Stored {
  id: string;
  sequence: number;
  /** Unix ms. */
  storedAt: number;
}

export interface Unended {
  accepted: number;
  /** Names of turns, and when they were stored. */
  turns: { turn: string; storedAt: number }[];
}

/**
 * Turns stored before a time of which no interaction tells the end. Where the oldest interactions
 * were dropped for want of room, nothing is said of turns from before the oldest that is kept.
 */
export async function unendedTurns(
  { turns, interactions }: Record<"turns" | "interactions", AsyncIterable<Stored>>,
  before: number,
): Promise<Unended> {
  const open = new Map<string, number>();
  let accepted = 0;
  for await (const { id, storedAt } of turns) {
    accepted += 1;
    if (storedAt < before) open.set(id, storedAt);
  }
  let isFirst = true;
  for await (const { id, sequence, storedAt } of interactions) {
    if (isFirst && sequence > 1) forgetBefore(open, storedAt);
    isFirst = false;
    // An interaction's id is its turn's, and a word.
    open.delete(id.replace(/:turn$/, ""));
  }
  return { accepted, turns: [...open].map(([turn, storedAt]) => ({ turn, storedAt })) };
}

function forgetBefore(turns: Map<string, number>, time: number): void {
  for (const [id, storedAt] of turns) if (storedAt < time) turns.delete(id);
}
