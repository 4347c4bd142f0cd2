/** What `npm run bench -- tenants` can be told. */
export interface TenantsBenchOptions {
  seconds: number;
  rounds: number;
  /** No further round of a resource is begun after so many seconds, if there were two. */
  within: number;
  /** How often the noisy tenant asks, by how often the quiet one does. */
  times: number;
  /** Only resources whose name holds one of these. */
  only?: readonly string[];
  /** Bounds as they are without settings, or those of a plan for a server of two processors. */
  limits: "usual" | "seat";
  write?: boolean;
}
