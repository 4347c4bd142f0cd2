import { ShowMore } from "./show-more.tsx";

const LINES_STEP = 24;
const LINES_MAX = 5_000;

/** A file or an output as it is, a screenful at a time. */
export function SourceText({ text }: { text: string }) {
  const lines = text.replace(/\n$/, "").split("\n").slice(0, LINES_MAX);
  return (
    <ShowMore of={lines} step={LINES_STEP * (lines.length > 400 ? 8 : 2)} what="lines">
      {(shown) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        <pre class="source" tabIndex={0}>
          {shown.join("\n")}
        </pre>
      )}
    </ShowMore>
  );
}
