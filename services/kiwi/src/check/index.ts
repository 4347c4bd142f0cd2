export { type CheckReport, checkItems } from "./check-items.ts";
export type { CheckProblem } from "./check-problem.ts";
export { readProjectItems } from "./project-items.ts";
export { startItem } from "./start-item.ts";
