import type { SearchHit } from "@lilux/protocol";
import { itemsOf } from "../state/rows.ts";
import type { ListedItem } from "../state/terminal-state.ts";
import type { BrowseWish } from "../text/browse-wish.ts";
import { formatCount } from "../text/format.ts";
import { AcceptLabel } from "./accept-label.tsx";
import { BrokenItems } from "./broken-items.tsx";
import { Hits } from "./search-view.tsx";
import { useSelected } from "./terminal-context.ts";

const WORDS = {
  script: ["script", "scripts"],
  directive: ["directive", "directives"],
  knowledge: ["knowledge entry", "knowledge entries"],
  runnable: ["item that runs", "items that run"],
  all: ["item", "items"],
  help: ["item", "items"],
} as const satisfies Record<BrowseWish, readonly [string, string]>;

/** What the library holds, each item to be opened, run or copied. */
export function LibraryView({ listId, wish }: { listId: string; wish: BrowseWish }) {
  const library = useSelected((state) => state.library);
  if (library === null) return <p class="quiet">The library is being listed…</p>;
  const items = itemsOf(library.items, wish);
  const [one, many] = WORDS[wish];
  return (
    <>
      {wish === "help" && <HowTo />}
      <p class="quiet">
        {formatCount(items.length, one, many)}
        {library.total > library.items.length &&
          `; the first ${library.items.length} of ${library.total} are looked at`}
      </p>
      <Hits callId={listId} hits={items.map(asHit)} />
      <BrokenItems broken={itemsOf(library.broken, wish)} />
    </>
  );
}

function asHit(item: ListedItem): SearchHit {
  return { ...item, name: item.item_id, category: "", score: 1, why: [item.item_type] };
}

function HowTo() {
  return (
    <div class="prose">
      <p>
        Type what you want done: <code>find email scripts</code>, <code>deploy to staging</code>,{" "}
        <code>how do I plan an on-call rota?</code> What the line means appears while you type, with
        what it may do; <AcceptLabel /> runs it, and the line under the prompt says what{" "}
        <kbd>Enter</kbd> does.
      </p>
      <ul>
        <li>
          <code>&gt;</code> runs something, <code>@</code> opens any item, <code>/scripts</code>,{" "}
          <code>/directives</code> and <code>/knowledge</code> look among one kind, <code>?</code>{" "}
          asks the orchestrator.
        </li>
        <li>
          <kbd>↓</kbd> chooses from the list, and on an empty line from what you did before;{" "}
          <kbd>F1</kbd> shows every key.
        </li>
      </ul>
    </div>
  );
}
