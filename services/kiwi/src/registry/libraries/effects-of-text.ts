import { type ItemEffects, NO_EFFECTS } from "@lilux/core/registry";
import { factsOfItem } from "../../library/facts-of-item.ts";
import type { TextWork } from "../../texts/text-work.ts";
import type { VerifiedText } from "./verified-texts.ts";

/** What an item may do and needs, read out of its text. Throws `ParseFailure`. */
export async function effectsOfText(
  texts: TextWork,
  text: VerifiedText | undefined,
): Promise<ItemEffects> {
  if (text === undefined) return NO_EFFECTS;
  const { item, signed } = text;
  const { item_type, qualified_id, sha256 } = item;
  const bareId = qualified_id.split("/").at(-1) ?? qualified_id;
  const parsed = await texts.run("parseItem", item_type, signed.content, bareId);
  const facts = factsOfItem({ item_type, qualified_id, contentHash: sha256 }, parsed);
  return {
    effect: facts.own.effect,
    grants: parsed.permissions,
    packages: parsed.needs?.dependencies ?? [],
    variables: parsed.needs?.variables ?? [],
    runs: facts.named
      .filter(({ by }) => by === "step")
      .map(({ item_type: type, item_id }) => `${type ?? "item"} ${item_id}`),
  };
}
