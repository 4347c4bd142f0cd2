import type { Connection } from "../state/terminal-state.ts";
import { formatMs } from "../text/format.ts";
import { useController, useSelected } from "./terminal-context.ts";

const CONNECTION = {
  connecting: "Connecting",
  open: "Connected",
  reconnecting: "Reconnecting",
  closed: "Disconnected",
} as const satisfies Record<Connection["phase"], string>;

export const CONTEXT_PANEL_ID = "context-panel";

export function ConnectionChip() {
  const phase = useSelected((state) => state.connection.phase);
  return (
    <span class={`chip chip-${phase}`}>
      <span class="dot" aria-hidden="true" />
      <span class="chip-text">{CONNECTION[phase]}</span>
    </span>
  );
}

/** The context's state; opens what is warm. */
export function ContextChip() {
  const controller = useController();
  const context = useSelected((state) => state.context);
  const open = useSelected((state) => state.contextOpen);
  const count = context.candidates.length;
  return (
    <button
      type="button"
      class={`chip context-${context.state}`}
      aria-expanded={open}
      aria-controls={CONTEXT_PANEL_ID}
      onClick={() => controller.toggleContext(!open)}
    >
      <span class="dot" aria-hidden="true" />
      <span class="unseen">Context: </span>
      {context.state}
      {count > 0 && <span class="quiet chip-extra">{count}</span>}
    </button>
  );
}

/** Route time at the router and round trip as measured here, of the newest prediction. */
export function LatencyChip() {
  const latency = useSelected((state) => state.latencies.at(-1));
  const degraded = useSelected((state) => (state.prediction?.degraded.length ?? 0) > 0);
  if (latency === undefined) return <span class="chip quiet latency">no prediction yet</span>;
  const slow = latency.roundTripMs >= 80;
  return (
    <span
      class={`chip latency ${slow || degraded ? "latency-poor" : ""}`}
      title="Router time, and keystroke to prediction as measured in this page"
    >
      <span>
        <span class="quiet">route</span> {formatMs(latency.routeMs)}
      </span>
      <span class="chip-extra">
        <span class="quiet">round trip</span> {formatMs(latency.roundTripMs)}
      </span>
    </span>
  );
}
