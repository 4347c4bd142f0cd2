import type { AdminDoor, Me } from "./admin-door.ts";

/** What every section of the administration is given. */
export interface SectionProps {
  door: AdminDoor;
  tenant: string;
  me: Me;
  /** Says what came of a key or a button. */
  tell(message: string): void;
}
