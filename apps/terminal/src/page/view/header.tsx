import { ConnectionChip, ContextChip, LatencyChip } from "./chips.tsx";
import { useController, useSelected } from "./terminal-context.ts";
import { ThemeToggle } from "./theme-toggle.tsx";

export function Header() {
  const controller = useController();
  const helpOpen = useSelected((state) => state.helpOpen);
  return (
    <header class="bar">
      <h1 class="brand">
        <KiwiMark />
        <span class="brand-text">Kiwi Terminal</span>
      </h1>
      <div class="chips">
        <LatencyChip />
        <ContextChip />
        <ConnectionChip />
        <button
          type="button"
          class="icon-button"
          aria-label="Keys"
          title="Keys (F1)"
          aria-expanded={helpOpen}
          onClick={() => controller.toggleHelp(!helpOpen)}
        >
          ?
        </button>
        <ThemeToggle />
      </div>
    </header>
  );
}

/** A slice of the fruit. */
function KiwiMark() {
  const seeds = Array.from({ length: 10 }, (_, index) => (index * Math.PI) / 5);
  return (
    <svg class="kiwi" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="15" class="kiwi-skin" />
      <circle cx="16" cy="16" r="12.6" class="kiwi-flesh" />
      <circle cx="16" cy="16" r="4.4" class="kiwi-heart" />
      {seeds.map((angle) => (
        <circle
          key={angle}
          cx={(16 + Math.cos(angle) * 7.4).toFixed(2)}
          cy={(16 + Math.sin(angle) * 7.4).toFixed(2)}
          r="1.15"
          class="kiwi-seed"
        />
      ))}
    </svg>
  );
}
