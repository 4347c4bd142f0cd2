import { h } from "preact";
import { useMemo } from "preact/hooks";
import type { Inline } from "../text/parse-inline.ts";
import { type Block, parseMarkdown } from "../text/parse-markdown.ts";

const CHARACTERS_MAX = 60_000;

/** Text with the small safe part of Markdown, built as elements: no HTML is ever parsed. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text.slice(0, CHARACTERS_MAX)), [text]);
  return (
    <div class="prose">
      {blocks.map((block, at) => (
        <BlockView key={at} block={block} />
      ))}
      {text.length > CHARACTERS_MAX && (
        <p class="quiet">The rest is left out here: it is too long.</p>
      )}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return <p>{linesOf(block.lines)}</p>;
    case "quote":
      return <blockquote>{linesOf(block.lines)}</blockquote>;
    case "heading":
      // The page's own headings come first: an answer's begin at the third level.
      return h(
        `h${block.level + 2}`,
        { class: `heading heading-${block.level}` },
        inlines(block.children),
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        <pre class="source" tabIndex={0}>
          {block.text}
        </pre>
      );
    case "list":
      return <ListView block={block} />;
    case "table":
      return <TableView block={block} />;
    case "rule":
      return <hr />;
  }
}

function ListView({ block }: { block: Extract<Block, { kind: "list" }> }) {
  const items = block.items.map((item, at) => (
    <li key={at} class={`depth-${item.depth}`}>
      {inlines(item.children)}
    </li>
  ));
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

function TableView({ block }: { block: Extract<Block, { kind: "table" }> }) {
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            {block.head.map((cell, at) => (
              <th key={at}>{inlines(cell)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{inlines(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function linesOf(lines: Inline[][]) {
  return lines.flatMap((line, at) => (at === 0 ? [inlines(line)] : ["\n", inlines(line)]));
}

function inlines(parts: Inline[]) {
  return parts.map((part, at) => <InlineView key={at} part={part} />);
}

function InlineView({ part }: { part: Inline }) {
  switch (part.kind) {
    case "text":
      return <>{part.text}</>;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return <strong>{inlines(part.children)}</strong>;
    case "emphasis":
      return <em>{inlines(part.children)}</em>;
    case "link":
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          {inlines(part.children)}
        </a>
      );
  }
}
