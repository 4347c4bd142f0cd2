import type { Role } from "@lilux/protocol";

/** Each may all that the one before may. */
export const ROLES = [
  "viewer",
  "member",
  "author",
  "approver",
  "admin",
] as const satisfies readonly Role[];
