/** How many bytes may still pass, in both directions together. */
export interface ByteBudget {
  spend(bytes: number): void;
}

/** Calls `onSpent` for everything beyond it, also for what comes later. */
export function createByteBudget(bytesMax: number, onSpent: () => void): ByteBudget {
  let left = bytesMax;
  return {
    spend(bytes) {
      left -= bytes;
      if (left < 0) onSpent();
    },
  };
}
