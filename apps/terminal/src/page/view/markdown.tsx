import { h } from "preact";
import { useMemo } from "preact/hooks";
import { createMarkdownReader } from "../text/create-markdown-reader.ts";
import type { Block, Inline } from "../text/markdown-tree.ts";
import { CopyButton } from "./copy-button.tsx";
import { memo } from "./memo.ts";
import { ShowMore } from "./show-more.tsx";
import { Table } from "./table.tsx";

const CHARACTERS_MAX = 60_000;
/** A longer text folds: the rest of it is a press away. */
const BLOCKS_STEP = 40;

/** Markdown, built as elements: no HTML is ever parsed. Each block finds its own direction. */
export function Markdown({ text }: { text: string }) {
  const read = useMemo(createMarkdownReader, []);
  const blocks = useMemo(() => read(text.slice(0, CHARACTERS_MAX)), [read, text]);
  return (
    <div class="prose">
      <ShowMore of={blocks} step={BLOCKS_STEP} what="parts of the text">
        {(shown) => <Blocks blocks={shown} />}
      </ShowMore>
      {text.length > CHARACTERS_MAX && (
        <p class="quiet">The rest is left out here: it is too long.</p>
      )}
    </div>
  );
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, at) => <BlockView key={at} block={block} />);
}

const BlockView = memo(({ block }: { block: Block }) => {
  switch (block.kind) {
    case "paragraph":
      if (block.tight) return <>{inlines(block.children)}</>;
      return <p dir="auto">{inlines(block.children)}</p>;
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "heading":
      // The page's own headings come first: an answer's begin at the third level.
      return h(
        `h${block.level + 2}`,
        { class: `heading heading-${block.level}`, dir: "auto" },
        inlines(block.children),
      );
    case "code":
      return (
        <div class="copied-block">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it */}
          <pre class="source" tabIndex={0}>
            {block.text}
          </pre>
          <CopyButton text={block.text} what="this block" />
        </div>
      );
    case "list":
      return <ListView block={block} />;
    case "table":
      return (
        <Table head={block.head.map(inlines)} rows={block.rows.map((row) => row.map(inlines))} />
      );
    case "rule":
      return <hr />;
  }
});

function ListView({ block }: { block: Extract<Block, { kind: "list" }> }) {
  const items = block.items.map((blocks, at) => (
    <li key={at} dir="auto">
      <Blocks blocks={blocks} />
    </li>
  ));
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
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
    case "deleted":
      return <del>{inlines(part.children)}</del>;
    case "link":
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          {inlines(part.children)}
        </a>
      );
  }
}
