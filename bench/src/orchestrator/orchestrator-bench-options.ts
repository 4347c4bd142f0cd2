/** What `npm run bench -- orchestrator` can be told. */
export interface OrchestratorBenchOptions {
  streams: number;
  /** Times that every stream asks, directly and through Lilux in turns. */
  rounds: number;
  write?: boolean;
}
