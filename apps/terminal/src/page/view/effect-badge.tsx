import type { Effect } from "@lilux/protocol";

const MEANING = {
  read: "reads only",
  write: "changes something",
  destructive: "can do damage: asks before it runs",
} as const;

/** What a call may do. */
export function EffectBadge({ effect }: { effect: Effect }) {
  return (
    <span class={`effect effect-${effect}`} title={MEANING[effect]}>
      {effect}
    </span>
  );
}
