/** What a person is in a tenant. Each may all that the one before may. */
export const ROLES = ["viewer", "member", "author", "approver", "admin"] as const;
