import type { Context, Latency } from "../state/terminal-state.ts";
import { formatMs } from "../text/format.ts";
import { CONTEXT_PANEL_ID } from "./chips.tsx";
import { ConfidenceBar } from "./confidence-bar.tsx";
import { memo } from "./memo.ts";
import { useSelected } from "./terminal-context.ts";

const MEANING = {
  cold: "Nothing is warm: a call searches, loads and routes.",
  warm: "Likely items are known: searching is skipped.",
  hot: "A workflow is in focus: searching and loading are skipped.",
} as const;

/** What the context warmer has made ready, and how fast predictions came. */
export function ContextPanel() {
  const context = useSelected((state) => state.context);
  const latencies = useSelected((state) => state.latencies);
  const open = useSelected((state) => state.contextOpen);
  return (
    <aside id={CONTEXT_PANEL_ID} class={`panel ${open ? "is-open" : ""}`} aria-label="Context">
      <WarmItems context={context} />
      <LatencyFigures latencies={latencies} />
    </aside>
  );
}

const WarmItems = memo(({ context }: { context: Context }) => (
  <section>
    <h2>
      Context <span class={`state-word context-${context.state}`}>{context.state}</span>
    </h2>
    <p class="quiet">{MEANING[context.state]}</p>
    {context.domain !== null && (
      <p class="panel-fact">
        <span class="quiet">Domain</span> {context.domain}
      </p>
    )}
    {context.confidence !== null && (
      <p class="panel-fact">
        <span class="quiet">Signal</span>{" "}
        <ConfidenceBar share={context.confidence} label="signal" />
      </p>
    )}
    <ol class="warm-items">
      {context.candidates.filter(isLikely).map((item) => (
        <li key={`${item.item_type}:${item.item_id}`}>
          <span class="warm-name">
            <bdi class="warm-id">{item.item_id}</bdi>
            <span class="quiet">{item.item_type}</span>
          </span>
          <ConfidenceBar share={item.score} label="score" />
        </li>
      ))}
    </ol>
  </section>
));

/** What would be shown as 0 % is kept ready and is nothing to read. */
function isLikely({ score }: Context["candidates"][number]): boolean {
  return score >= 0.005;
}

const HEIGHT = 40;
const WIDTH = 200;
const OBJECTIVE_MS = 80;

const LatencyFigures = memo(({ latencies }: { latencies: Latency[] }) => {
  if (latencies.length === 0) return null;
  const trips = latencies.map(({ roundTripMs }) => roundTripMs).sort((a, b) => a - b);
  const top = Math.max(OBJECTIVE_MS * 1.15, trips.at(-1) ?? 0);
  const y = (ms: number): number => HEIGHT - (ms / top) * (HEIGHT - 2) - 1;
  const step = WIDTH / 60;
  return (
    <section>
      <h2>Keystroke to prediction</h2>
      <svg
        class="spark"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={sayTrips(trips)}
      >
        <line x1="0" x2={WIDTH} y1={y(OBJECTIVE_MS)} y2={y(OBJECTIVE_MS)} class="spark-limit" />
        {latencies.map(({ roundTripMs }, index) => (
          <rect
            key={index}
            x={index * step}
            width={step * 0.7}
            y={y(roundTripMs)}
            height={HEIGHT - y(roundTripMs)}
            class={roundTripMs < OBJECTIVE_MS ? "spark-bar" : "spark-bar spark-late"}
          />
        ))}
      </svg>
      <p class="quiet figures">{sayTrips(trips)}</p>
    </section>
  );
});

/** `sorted` in milliseconds, smallest first. */
function sayTrips(sorted: number[]): string {
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return `median ${formatMs(at(0.5))} · slowest ${formatMs(at(1))}`;
}
