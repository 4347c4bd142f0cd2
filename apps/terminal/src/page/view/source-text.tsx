import { ShowMore } from "./show-more.tsx";

const LINES_STEP = 24;
const CHARACTERS_MAX = 400_000;
const LINE_CHARACTERS_MAX = 4_000;

/** A file or an output as it is, a screenful at a time. */
export function SourceText({ text }: { text: string }) {
  const lines = text.slice(0, CHARACTERS_MAX).replace(/\n$/, "").split("\n").map(cutLine);
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

function cutLine(line: string): string {
  return line.length > LINE_CHARACTERS_MAX ? `${line.slice(0, LINE_CHARACTERS_MAX)}…` : line;
}
