/** How much is in work, and a way to wait for the end of it. */
export interface WorkCounter {
  enter(): void;
  leave(): void;
  /** Resolves when nothing is in work, or at the deadline (Unix ms). */
  idle(deadlineAt: number): Promise<void>;
}

export function createWorkCounter(): WorkCounter {
  let inWork = 0;
  let waiting: (() => void)[] = [];
  return {
    enter() {
      inWork += 1;
    },
    leave() {
      inWork -= 1;
      if (inWork > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    async idle(deadlineAt) {
      if (inWork === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      const timer = setTimeout(resolve, Math.max(0, deadlineAt - Date.now()));
      await promise;
      clearTimeout(timer);
    },
  };
}
