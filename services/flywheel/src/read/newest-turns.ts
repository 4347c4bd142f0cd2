import type { FlywheelStore, StoredTurn } from "@lilux/database";

const READ_AT_ONCE = 1_000;

/** The newest of a tenant's kept turns, in the order in which they were kept. */
export async function newestTurns(
  tenant: string,
  max: number,
  store: Pick<FlywheelStore, "turns">,
): Promise<StoredTurn[]> {
  let turns: StoredTurn[] = [];
  for (let after = -1; ; ) {
    const page = await store.turns({ tenant, after, limit: READ_AT_ONCE });
    turns = [...turns, ...page].slice(-max);
    after = page.at(-1)?.position ?? after;
    if (page.length < READ_AT_ONCE) return turns;
  }
}
