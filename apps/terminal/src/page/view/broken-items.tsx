import type { BrokenItem } from "@lilux/protocol";
import { formatCount } from "../text/format.ts";
import { ShowMore } from "./show-more.tsx";

const STEP = 5;

/** Files of the library that are no items as they stand: each with its place, its cause and its fix. */
export function BrokenItems({ broken }: { broken: readonly BrokenItem[] }) {
  if (broken.length === 0) return null;
  return (
    <details class="broken" open>
      <summary>{formatCount(broken.length, "file cannot be read", "files cannot be read")}</summary>
      <ShowMore of={broken} step={STEP} what="files">
        {(shown) => (
          <ul>
            {shown.map(({ path, line, column, cause, fix, source }) => (
              <li key={`${source} ${path}`}>
                <bdi class="broken-path">
                  {path}:{line}:{column}
                </bdi>
                {source !== "project" && <span class="tag">{source}</span>}
                <p dir="auto">{sentence(cause)}</p>
                <p class="quiet" dir="auto">
                  {fix}
                </p>
              </li>
            ))}
          </ul>
        )}
      </ShowMore>
    </details>
  );
}

function sentence(text: string): string {
  const whole = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
