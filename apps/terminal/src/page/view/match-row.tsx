import type { ItemMatch } from "@lilux/protocol";
import { EffectBadge } from "./effect-badge.tsx";
import { memo } from "./memo.ts";
import { useController } from "./terminal-context.ts";

export interface MatchRowProps {
  match: ItemMatch;
  id: string;
  index: number;
  active: boolean;
}

/** An item to look at: its name, what it is, and what it is for, on one line. */
export const MatchRow = memo(({ match, id, index, active }: MatchRowProps) => {
  const controller = useController();
  const { call, description, effect } = match;
  const isRun = call.name === "execute";
  const name = call.name === "search" ? call.arguments.query : call.arguments.item_id;
  const { item_type } = call.arguments;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the line's, by aria-activedescendant
    <div
      id={id}
      class="match"
      role="option"
      tabIndex={-1}
      aria-selected={active}
      data-offer={`${isRun ? "run" : "open"} ${item_type} ${name.split("/").at(-1)}`}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => controller.perform({ do: "commit", index })}
    >
      <span class="match-name">
        <span class="unseen">{isRun ? "run" : "open"} </span>
        <bdi>{name}</bdi> <span class="quiet match-type">{item_type}</span>
      </span>
      <span class="match-description quiet" dir="auto">
        {description}
      </span>
      {isRun && <EffectBadge effect={effect} />}
    </div>
  );
});
