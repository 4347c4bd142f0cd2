/** Messages that wait for their next try. */
export interface Retries {
  later(sequence: number, delayMs: number): void;
  /** One whose time has come. */
  takeDue(): number | undefined;
  waiting(): number;
  /** Forgets them all, and takes no more. */
  close(): void;
}

export function createRetries(onDue: () => void): Retries {
  const timers = new Set<NodeJS.Timeout>();
  const due: number[] = [];
  let closed = false;
  return {
    later(sequence, delayMs) {
      if (closed) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        due.push(sequence);
        onDue();
      }, delayMs);
      timers.add(timer);
    },
    takeDue: () => due.shift(),
    waiting: () => timers.size,
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
