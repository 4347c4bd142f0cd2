import { useSelected } from "./terminal-context.ts";

/** Speaks to screen readers, politely. The key makes two equal sentences two. */
export function Announcer() {
  const { id, text } = useSelected((state) => state.announcement);
  return (
    <div class="unseen" aria-live="polite">
      <span key={id}>{text}</span>
    </div>
  );
}
