import type { Block } from "./markdown-tree.ts";
import { readMarkdown } from "./parse-markdown.ts";

/**
 * Reads a text that grows. What comes later cannot change a block after which
 * another has begun, so only the last block and what follows is read again, and
 * the blocks before it stay the same objects.
 */
export function createMarkdownReader(): (text: string) => Block[] {
  let settled: Settled = NOTHING;
  return (written) => {
    const text = written.replaceAll(/\r\n?/g, "\n");
    // A definition serves links anywhere, so such a text is read as a whole.
    const grows = text.startsWith(settled.text) && !DEFINITION.test(text);
    const before = grows ? settled : NOTHING;
    const { blocks, lastStart } = readMarkdown(text.slice(before.text.length));
    const end = before.text.length + lastStart;
    settled = { text: text.slice(0, end), blocks: [...before.blocks, ...blocks.slice(0, -1)] };
    return [...before.blocks, ...blocks];
  };
}

/** What can no longer change: a text up to its last block, and the blocks in it. */
interface Settled {
  text: string;
  blocks: Block[];
}

const NOTHING: Settled = { text: "", blocks: [] };
const DEFINITION = /^[ >\t]*\[[^\]\n]{1,999}\]:/m;
