/** Everything up to `floor` is done, and so is what `above` lists. */
export interface SavedPosition {
  floor: number;
  above: number[];
}

/** How far a durable consumer has come. */
export interface Position {
  /** The last message that was handed out for the first time. */
  cursor(): number;
  advance(sequence: number): void;
  done(sequence: number): void;
  isDone(sequence: number): boolean;
  toSaved(): SavedPosition;
}

/** `exists` says whether a message is still there; what is gone counts as done. */
export function createPosition(
  saved: SavedPosition | undefined,
  exists: (sequence: number) => boolean,
): Position {
  let floor = saved?.floor ?? 0;
  let cursor = floor;
  const above = new Set(saved?.above ?? []);

  function raiseFloor(): void {
    while (floor < cursor && (above.has(floor + 1) || !exists(floor + 1))) {
      floor += 1;
      above.delete(floor);
    }
  }

  return {
    cursor: () => cursor,
    advance(sequence) {
      cursor = Math.max(cursor, sequence);
    },
    done(sequence) {
      above.add(sequence);
      raiseFloor();
    },
    isDone: (sequence) => sequence <= floor || above.has(sequence),
    toSaved: () => ({ floor, above: [...above] }),
  };
}
