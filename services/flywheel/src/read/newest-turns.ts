import type { FlywheelStore, StoredTurn, UnreadableTurn } from "@lilux/database";
import type { Tenant } from "@lilux/protocol";

const READ_AT_ONCE = 1_000;

/** The newest of a tenant's kept turns, in the order in which they were kept; those that cannot be read are told. */
export async function newestTurns(
  tenant: Tenant,
  max: number,
  store: Pick<FlywheelStore, "turns">,
  onUnreadable: (turn: UnreadableTurn) => void = () => undefined,
): Promise<StoredTurn[]> {
  let turns: StoredTurn[] = [];
  for (let after = -1; ; ) {
    const page = await store.turns({ tenant, after, limit: READ_AT_ONCE });
    turns = [...turns, ...page.turns].slice(-max);
    for (const turn of page.unreadable) onUnreadable(turn);
    if (page.next === undefined) return turns;
    after = page.next;
  }
}
