import type { Tenant } from "@lilux/protocol";

/**
 * The tenant of a test: nobody proved to be of it, and outside of tests nobody gets one this way. Any text, also
 * one that no verification lets through, for tests of what is refused.
 */
export function testTenant(name: string): Tenant {
  return name as Tenant;
}
