import { type AnchorsAnswer, AnchorsRequest, createParser, type Tenant } from "@lilux/protocol";
import type { Engine } from "../predict/engine.ts";
import { untilLibraryIsRead } from "./evidence-without-lessons.ts";
import { TALK_LINES } from "./talk-lines.ts";

const parser = createParser(AnchorsRequest, "a question for anchors");
const CHARACTERS_MAX = 120;

/**
 * Lines whose meaning nobody's behaviour has to tell: what items say of themselves, from all over the
 * library, and talk. The same library gives the same lines. Rejects with `router_unavailable` while the
 * tenant's library is not there in full.
 */
export async function answerAnchors(
  tenant: Tenant,
  body: unknown,
  { engine }: { engine: Engine },
): Promise<AnchorsAnswer> {
  const { anchors } = parser.parse(body);
  await untilLibraryIsRead(tenant, engine);
  const { library } = engine.libraries.of(tenant);
  const entries = [...(library?.entries() ?? [])]
    .filter(({ item }) => lineOf(item.description) !== "")
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const count = Math.min(anchors, entries.length);
  const described = entries
    .filter(
      (_, place) =>
        Math.floor((place * count) / entries.length) !==
        Math.floor(((place - 1) * count) / entries.length),
    )
    .map((entry) => ({
      line: lineOf(entry.item.description),
      item: {
        item_type: entry.item.item_type,
        item_id: library?.names.callIdOf(entry) ?? entry.key,
      },
    }));
  const talk = TALK_LINES.map((line) => ({ line, item: null }));
  return { lines: [...described, ...talk] };
}

/** A description's first sentence, as somebody might type it. */
function lineOf(description: string): string {
  const [first = ""] = description.trim().split(/(?<=[.!?])\s/u);
  return first
    .replace(/[.!?]+$/u, "")
    .slice(0, CHARACTERS_MAX)
    .trim();
}
