import { LiluxError } from "@lilux/protocol";

export interface ItemLocks {
  /** Runs one piece of work per key at a time, in the order asked for. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

const WAITING_MAX = 64;

/** Writes of one item follow each other; writes of different items do not wait. */
export function createItemLocks(): ItemLocks {
  const queues = new Map<string, { last: Promise<unknown>; waiting: number }>();
  return {
    async run(key, work) {
      const queue = queues.get(key) ?? { last: Promise.resolve(), waiting: 0 };
      if (queue.waiting >= WAITING_MAX) throw new LiluxError("overloaded");
      queue.waiting += 1;
      queues.set(key, queue);
      const next = queue.last.then(work);
      queue.last = next.catch(() => undefined);
      try {
        return await next;
      } finally {
        queue.waiting -= 1;
        if (queue.waiting === 0) queues.delete(key);
      }
    },
  };
}
