import { openingFence } from "./markdown-fence.ts";
import { ParseFailure } from "./parse-failure.ts";
import { lineAt, nextLine } from "./skip-lead.ts";

const LOOKED_AT_MAX = 24;
const BLOCK_LINES_MAX = 60;
const DELIMITER = /^ {0,3}(-{3,}|\+{3,})(?:\w+)?[ \t]*$/;
const END = /^ {0,3}(?:-{3,}|\+{3,}|\.{3})[ \t]*$/;
const METADATA_LINE = /^(?:["']?[\w-]+["']?[ \t]*[:=]|[ \t]|-[ \t]|#|\]|\}|$)/;
const METADATA_KEY = /^["']?(?:id|zettel_id|title|tags|entry_type)["']?[ \t]*[:=]/i;
const JSON_START = /^\{\s*"(?:id|zettel_id|title|description|tags|entry_type|date)"\s*:/i;

/**
 * Why metadata near the start of a text is not read: it is TOML or JSON, or
 * stands behind text. Undefined when there is none. Metadata must never be passed
 * over in silence.
 */
export function misplacedMetadata(text: string, leadEnd: number): ParseFailure | undefined {
  if (JSON_START.test(text.slice(leadEnd, leadEnd + 200))) {
    return failureIn(text, leadEnd, "is JSON", WRITE_YAML);
  }
  let at = leadEnd;
  for (let count = 0; count < LOOKED_AT_MAX && at < text.length; count += 1) {
    const line = lineAt(text, at);
    if (openingFence(line) !== undefined) return undefined;
    const [, mark = ""] = DELIMITER.exec(line) ?? [];
    if (mark !== "" && isMetadata(text, nextLine(text, at))) return failureAtMark(text, at, mark);
    at = nextLine(text, at);
  }
  return undefined;
}

const WRITE_YAML = "Write it as YAML, in lines of key: value between two lines of ---.";

function failureAtMark(text: string, at: number, mark: string): ParseFailure {
  if (mark.startsWith("+")) return failureIn(text, at, "is TOML", WRITE_YAML);
  if (mark.length > 3) {
    return failureIn(text, at, `begins with ${mark.length} dashes`, "Write exactly three.");
  }
  return failureIn(
    text,
    at,
    "stands behind other text, where it is not read",
    "Move it to the start of the file; only comments and headings may stand before it. Put an example into a code block.",
  );
}

function failureIn(text: string, at: number, what: string, fix: string): ParseFailure {
  const line = text.slice(0, at).split("\n").length;
  return new ParseFailure({ cause: `the metadata that starts here ${what}`, fix, line });
}

/** Whether lines up to the next delimiter are metadata, and nothing else. */
function isMetadata(text: string, from: number): boolean {
  let hasKey = false;
  let at = from;
  for (let count = 0; count < BLOCK_LINES_MAX && at < text.length; count += 1) {
    const line = lineAt(text, at);
    if (END.test(line)) return hasKey;
    if (!METADATA_LINE.test(line)) return false;
    hasKey ||= METADATA_KEY.test(line);
    at = nextLine(text, at);
  }
  return false;
}
