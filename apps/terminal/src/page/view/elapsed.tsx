import { useEffect, useState } from "preact/hooks";
import { formatMs } from "../text/format.ts";

const TICK_MS = 1_000;

/** How long this has stood on the page, by the second; nothing in the first one. */
export function Elapsed() {
  const [since] = useState(() => performance.now());
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const elapsedMs = now - since;
  if (elapsedMs < TICK_MS / 2) return null;
  return <span class="elapsed">{formatMs(Math.round(elapsedMs / 1_000) * 1_000)} ·</span>;
}
