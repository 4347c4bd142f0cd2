import type { SearchHit, SearchResult } from "@lilux/protocol";
import type { OpenedItem } from "../state/terminal-state.ts";
import { openedKey } from "../text/opened-key.ts";
import { ErrorView } from "./error-view.tsx";
import { LoadedView } from "./loaded-view.tsx";
import { memo } from "./memo.ts";
import { ShowMore } from "./show-more.tsx";
import { useController, useSelected } from "./terminal-context.ts";

const HITS_STEP = 10;

/** Search hits; each opens in place. */
export function SearchView({ callId, result }: { callId: string; result: SearchResult }) {
  if (result.results.length === 0) {
    return (
      <p class="quiet">
        Nothing in the library matches “<bdi>{result.query}</bdi>”. Try fewer or other words.
      </p>
    );
  }
  return (
    <ShowMore of={result.results} step={HITS_STEP} what="hits">
      {(shown) => (
        <ul class="hits">
          {shown.map((hit) => (
            <Hit
              key={`${hit.item_type}:${hit.qualified_id}:${hit.source}`}
              callId={callId}
              hit={hit}
            />
          ))}
        </ul>
      )}
    </ShowMore>
  );
}

const Hit = memo(({ callId, hit }: { callId: string; hit: SearchHit }) => {
  const controller = useController();
  const key = openedKey(callId, hit.item_type, hit.qualified_id);
  const opened = useSelected((state) => state.opened[key]);
  return (
    <li class={`hit ${opened === undefined ? "" : "is-open"}`}>
      <button
        type="button"
        class="hit-head"
        aria-expanded={opened !== undefined}
        onClick={() => controller.toggleItem(callId, hit)}
      >
        <span class="hit-mark" aria-hidden="true" />
        <span class="hit-text">
          <span class="hit-title">
            <bdi class="hit-id">{hit.qualified_id}</bdi>
            {hit.source !== "project" && <span class="tag">{hit.source}</span>}
          </span>
          <span class="hit-description" dir="auto">
            {hit.description}
          </span>
        </span>
        <span class="hit-why quiet" title="What matched">
          {hit.why.slice(0, 2).join(", ")}
        </span>
      </button>
      {opened !== undefined && <Opened item={opened} />}
    </li>
  );
});

function Opened({ item }: { item: OpenedItem }) {
  switch (item.state) {
    case "loading":
      return <p class="quiet hit-body">Opening…</p>;
    case "loaded":
      return (
        <div class="hit-body">
          <LoadedView result={item.result} described />
        </div>
      );
    case "failed":
      return (
        <div class="hit-body">
          <ErrorView error={item.error} />
        </div>
      );
  }
}
