import type { SearchHit, SearchResult } from "@lilux/protocol";
import { runOf } from "../state/rows.ts";
import type { OpenedItem } from "../state/terminal-state.ts";
import { openedKey } from "../text/opened-key.ts";
import { CopyButton } from "./copy-button.tsx";
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
  return <Hits callId={callId} hits={result.results} />;
}

/** Items of a list, each to be opened in place, run or copied. */
export function Hits({ callId, hits }: { callId: string; hits: readonly SearchHit[] }) {
  return (
    <ShowMore of={hits} step={HITS_STEP} what="hits">
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
      <HitActions hit={hit} />
      {opened !== undefined && <Opened item={opened} />}
    </li>
  );
});

/** What can be done with an item besides opening it here. */
function HitActions({ hit }: { hit: SearchHit }) {
  const controller = useController();
  const isPulled = hit.source !== "registry";
  return (
    <span class="hit-actions">
      {isPulled && hit.item_type !== "knowledge" && (
        <button
          type="button"
          class="quiet-button"
          aria-label={`Run ${hit.qualified_id}`}
          onClick={() => controller.choose(runOf(hit))}
        >
          Run
        </button>
      )}
      <CopyButton text={hit.qualified_id} what={`the id ${hit.qualified_id}`} />
    </span>
  );
}

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
