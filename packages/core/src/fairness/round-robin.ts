/**
 * Jobs of one kind that take turns by flow (tenant), by deficit round robin (Shreedhar and
 * Varghese, 1996): in the time that all flows are served once, each gets work as its weight says,
 * however many jobs it has waiting and whatever each costs. Within a flow the order is the order
 * of coming. While anything waits, something is given: nothing is kept free for who is not there.
 * For many and cheap jobs: a step looks at no more flows than it passes over.
 */
export interface RoundRobin<J> {
  add(job: J): void;
  /** Puts it before all others, of its flow and of the others. */
  addFirst(job: J): void;
  remove(job: J): boolean;
  /**
   * The next one, which leaves the queue; with `newest` the last one its flow added. Of flows that may
   * not go now nothing is taken, and their turn is not lost.
   */
  take(options?: { newest?: boolean; mayGo?: (flow: string) => boolean }): J | undefined;
  oldestOf(flow: string): J | undefined;
  /** Those that have something waiting. */
  flows(): string[];
  size(): number;
}

export interface RoundRobinOptions<J> {
  flowOf(job: J): string;
  /** In units of the quantum; at least 1 is counted, and `COST_MAX` at most. */
  costOf(job: J): number;
  /** 2 is served twice as much as 1, which it is when nothing is said. */
  weightOf?(flow: string): number;
}

interface Line<J> {
  jobs: Set<J>;
  /** Work it may do before the next flow's turn. */
  deficit: number;
  /** It was given this turn's share already. */
  isItsTurn: boolean;
}

/** So that one dear job takes few rounds. */
const COST_MAX = 8;
/** What a flow of weight 1 may do in a turn. */
const QUANTUM = 1;

export function createRoundRobin<J>(options: RoundRobinOptions<J>): RoundRobin<J> {
  const { flowOf, weightOf = () => 1 } = options;
  /** In the order of their turns: the first is next. */
  const lines = new Map<string, Line<J>>();
  let size = 0;

  const costOf = (job: J): number => Math.min(COST_MAX, Math.max(1, options.costOf(job)));

  function lineOf(flow: string): Line<J> {
    const line = lines.get(flow) ?? { jobs: new Set(), deficit: 0, isItsTurn: false };
    lines.set(flow, line);
    return line;
  }

  function remove(job: J): boolean {
    const flow = flowOf(job);
    const line = lines.get(flow);
    if (line?.jobs.delete(job) !== true) return false;
    size -= 1;
    // One that has nothing waiting saves nothing up.
    if (line.jobs.size === 0) lines.delete(flow);
    return true;
  }

  function endTurn(flow: string, line: Line<J>): void {
    line.isItsTurn = false;
    lines.delete(flow);
    lines.set(flow, line);
  }

  return {
    add(job) {
      lineOf(flowOf(job)).jobs.add(job);
      size += 1;
    },
    addFirst(job) {
      const flow = flowOf(job);
      const { jobs, deficit } = lineOf(flow);
      // It was paid for when it was first taken.
      const paid = deficit + costOf(job);
      const line = { jobs: new Set([job, ...jobs]), deficit: paid, isItsTurn: true };
      const others = [...lines].filter(([other]) => other !== flow);
      lines.clear();
      for (const [name, own] of [[flow, line] as const, ...others]) lines.set(name, own);
      size += 1;
    },
    remove,
    take({ newest = false, mayGo = () => true } = {}) {
      for (;;) {
        const first = [...lines].find(([flow]) => mayGo(flow));
        if (first === undefined) return undefined;
        const [flow, line] = first;
        const job = newest ? [...line.jobs].at(-1) : line.jobs.values().next().value;
        if (job === undefined) return undefined;
        if (!line.isItsTurn) line.deficit += QUANTUM * Math.max(1, weightOf(flow));
        line.isItsTurn = true;
        const cost = costOf(job);
        if (line.deficit >= cost) {
          line.deficit -= cost;
          remove(job);
          return job;
        }
        endTurn(flow, line);
      }
    },
    oldestOf: (flow) => lines.get(flow)?.jobs.values().next().value,
    flows: () => [...lines.keys()],
    size: () => size,
  };
}
