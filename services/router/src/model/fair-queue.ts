/** What waits: whose it is, and how much of a worker's time it takes. */
export interface Waiting {
  readonly tenant: string;
  readonly text: string;
}

/**
 * Jobs of one kind that take turns by tenant (deficit round robin): in the time
 * that all tenants are served once, each gets the same share of work, however
 * many jobs it has waiting. Within a tenant the order is the order of coming.
 */
export interface FairQueue<J extends Waiting> {
  add(job: J): void;
  /** Puts it before all others, of its tenant and of the others. */
  addFirst(job: J): void;
  remove(job: J): boolean;
  /** The next one, which leaves the queue; with `newest` the last one its tenant added. */
  take(options?: { newest: boolean }): J | undefined;
  oldestOf(tenant: string): J | undefined;
  /** Those that have something waiting. */
  tenants(): string[];
  size(): number;
}

interface Line<J> {
  jobs: Set<J>;
  /** Work it may do before the next tenant's turn. */
  deficit: number;
}

/** A forward pass has a fixed part, and one that grows with the text. */
const CHARACTERS_PER_UNIT = 256;
const COST_MAX = 8;
const QUANTUM = 1;

export function createFairQueue<J extends Waiting>(): FairQueue<J> {
  /** In the order of their turns: the first is next. */
  const lines = new Map<string, Line<J>>();
  let size = 0;

  function lineOf(tenant: string): Line<J> {
    const line = lines.get(tenant) ?? { jobs: new Set(), deficit: 0 };
    lines.set(tenant, line);
    return line;
  }

  function remove(job: J): boolean {
    const line = lines.get(job.tenant);
    if (line?.jobs.delete(job) !== true) return false;
    size -= 1;
    // One that has nothing waiting saves nothing up.
    if (line.jobs.size === 0) lines.delete(job.tenant);
    return true;
  }

  function moveToEnd(tenant: string, line: Line<J>): void {
    lines.delete(tenant);
    lines.set(tenant, line);
  }

  return {
    add(job) {
      lineOf(job.tenant).jobs.add(job);
      size += 1;
    },
    addFirst(job) {
      const { jobs } = lineOf(job.tenant);
      const line = { jobs: new Set([job, ...jobs]), deficit: COST_MAX };
      const others = [...lines].filter(([tenant]) => tenant !== job.tenant);
      lines.clear();
      for (const [tenant, own] of [[job.tenant, line] as const, ...others]) lines.set(tenant, own);
      size += 1;
    },
    remove,
    take({ newest } = { newest: false }) {
      for (;;) {
        const [first] = lines;
        if (first === undefined) return undefined;
        const [tenant, line] = first;
        const job = newest ? [...line.jobs].at(-1) : line.jobs.values().next().value;
        if (job === undefined) return undefined;
        line.deficit += QUANTUM;
        const cost = costOf(job);
        moveToEnd(tenant, line);
        if (line.deficit < cost) continue;
        line.deficit -= cost;
        remove(job);
        return job;
      }
    },
    oldestOf: (tenant) => lines.get(tenant)?.jobs.values().next().value,
    tenants: () => [...lines.keys()],
    size: () => size,
  };
}

function costOf({ text }: Waiting): number {
  return Math.min(COST_MAX, 1 + Math.floor(text.length / CHARACTERS_PER_UNIT));
}
