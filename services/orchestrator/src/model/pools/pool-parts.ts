import type { Part } from "@lilux/runtime";
import type { Pool } from "./pool.ts";

/** Each pool as a part of the service, and all that converse as something that it depends on. */
export function poolParts(pools: readonly Pool[], locals: readonly Pool[]): Part[] {
  const parts = [...pools, ...locals].map(({ name, start, stop, problem }): Part => {
    return { name: `pool ${name}`, start, stop, degraded: problem };
  });
  return pools.length === 0 ? parts : [...parts, { name: "language-model", dependency: trouble }];

  /** One pool of several that fails is made up for; people notice when none answers. */
  function trouble(): string | undefined {
    const problems = pools.flatMap(({ problem }) => problem() ?? []);
    return problems.length < pools.length ? undefined : problems.join("; ");
  }
}
