/** What `npm run bench -- tenants` can be told. */
export interface TenantsBenchOptions {
  seconds: number;
  write?: boolean;
}
