import type { Interaction, OfTenant, TurnRecord } from "@lilux/protocol";
import type { Session } from "../session/session.ts";
import type { InteractionJournal } from "./interaction-journal.ts";
import { interactionId } from "./interrupted-turn.ts";
import type { TurnNews } from "./turn-news.ts";

/** Where storing what was told fails for longer, the turn is journalled all the same. */
const END_STORED_WITHIN_MS = 1_000;

export interface JournalEndDeps {
  journal: InteractionJournal;
  news: Pick<TurnNews, "tell">;
}

/**
 * Journals a turn whose end was told, once that end is stored. Others hear that it has ended
 * only when both are, so that whoever comes back for it finds one; until then it is the
 * sweeper's, like any turn of a gateway that died.
 */
export async function journalEnd(
  { log }: Pick<Session, "log">,
  { record, interaction }: { record: TurnRecord; interaction: OfTenant<Interaction> },
  { journal, news }: JournalEndDeps,
): Promise<void> {
  const isStored = await log.isStored(END_STORED_WITHIN_MS);
  journal.add(interaction, interactionId(record), () => {
    if (isStored) news.tell(record, "ended");
  });
}
