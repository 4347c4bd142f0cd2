import { readMetrics } from "./read-metrics.ts";

/** How many predictions of a run the router's model read, its memo knew, and an equal one shared. */
export interface AnswerPaths {
  model: number;
  memo: number;
  joined: number;
}

const PATHS = ["model", "memo", "joined"] as const;

/** Counts what the router did while `work` ran. */
export async function withAnswerPaths<T>(
  routerAdminPort: number,
  work: () => Promise<T>,
): Promise<T & { paths: AnswerPaths }> {
  const before = await readPaths(routerAdminPort);
  const result = await work();
  const after = await readPaths(routerAdminPort);
  const paths = { model: 0, memo: 0, joined: 0 };
  for (const path of PATHS) paths[path] = after[path] - before[path];
  return { ...result, paths };
}

async function readPaths(adminPort: number): Promise<AnswerPaths> {
  const samples = await readMetrics(adminPort);
  const count = (path: string): number =>
    samples.get(`lilux_router_route_seconds_count{path="${path}"}`) ?? 0;
  return { model: count("model"), memo: count("memo"), joined: count("joined") };
}
