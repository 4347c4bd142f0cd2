import { type Database, openPglite } from "@lilux/database";
import { eventually } from "@lilux/testkit";

/** An embedded database, open. On busy cores its first start may take longer than one attempt has. */
export async function openTenantDatabase(): Promise<Database> {
  const database = openPglite();
  const isOpen = () => database.ready().then(() => true);
  await eventually(isOpen, { withinMs: 240_000, everyMs: 500 });
  return database;
}
