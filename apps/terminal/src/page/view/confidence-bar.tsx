import { formatPercent } from "../text/format.ts";

/** A probability as a bar with its figure. */
export function ConfidenceBar({ share, label }: { share: number; label: string }) {
  return (
    <span class="confidence">
      <span class="confidence-track" aria-hidden="true">
        <span class="confidence-fill" style={{ "--share": String(share) }} />
      </span>
      <span class="confidence-figure">
        <span class="unseen">{label} </span>
        {formatPercent(share)}
      </span>
    </span>
  );
}
