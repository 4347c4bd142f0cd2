import { endOfTag } from "./end-of-tag.ts";
import { opaqueRegionAt } from "./opaque-elements.ts";
import { failureAt, type ParseFailure } from "./parse-failure.ts";

/** One outermost `<directive …>…</directive>` of a file. */
export interface DirectiveSpan {
  start: number;
  end: number;
}

export interface DirectiveScan {
  spans: DirectiveSpan[];
  /** Why the first element that was opened does not end, if none did. */
  failure: ParseFailure | undefined;
}

/**
 * What can hide a tag or is one. The name must end where it ends:
 * `<directives>` and `<directive_name>` are other elements.
 */
const MARK =
  /<!--|<!\[CDATA\[|<directive(?=[\s/>])|<\/directive\s*>|<(template|example|raw)(?=[\s>])/g;

/** Every unclosed mention costs a walk to the end of the file. */
const ATTEMPTS_MAX = 16;

/**
 * Finds the directive elements of a file, whatever fences or prose stand around
 * them. Aware of comments, CDATA and nesting, since a directive's steps may well
 * hold code fences, closing tags and whole other directives; examples and
 * templates are passed over. A mention in prose
 * that never closes is passed over when a later one does.
 */
export function scanDirectives(text: string): DirectiveScan {
  const spans: DirectiveSpan[] = [];
  let failure: ParseFailure | undefined;
  let from = 0;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const start = nextStart(text, from);
    if (start === undefined) break;
    const end = endOf(text, start);
    if (typeof end === "number") {
      spans.push({ start, end });
      from = end;
    } else {
      failure ??= end;
      from = start + 1;
    }
  }
  return { spans, failure: spans.length === 0 ? failure : undefined };
}

function nextStart(text: string, from: number): number | undefined {
  const opening = /<directive(?=[\s/>])/g;
  opening.lastIndex = from;
  return opening.exec(text)?.index;
}

function endOf(text: string, start: number): number | ParseFailure {
  const mark = new RegExp(MARK);
  mark.lastIndex = start;
  const unclosedNames = new Set<string>();
  let depth = 0;
  for (;;) {
    const found = mark.exec(text);
    if (found === null) return unclosed(text, start, "directive");
    const hidden = HIDING[found[0]];
    const name = found[1];
    if (name !== undefined) {
      const from = mark.lastIndex;
      const region = opaqueRegionAt(text, { name, from, unclosed: unclosedNames });
      mark.lastIndex = region?.end ?? from;
    } else if (hidden !== undefined) {
      const close = text.indexOf(hidden.close, mark.lastIndex);
      if (close < 0) return unclosed(text, found.index, hidden.what);
      mark.lastIndex = close + hidden.close.length;
    } else if (found[0].startsWith("</")) {
      depth -= 1;
      if (depth === 0) return mark.lastIndex;
    } else {
      const tagEnd = endOfTag(text, mark.lastIndex);
      if (tagEnd === undefined) return unclosed(text, found.index, "tag");
      mark.lastIndex = tagEnd;
      if (text[tagEnd - 2] !== "/") depth += 1;
      else if (depth === 0) return tagEnd;
    }
  }
}

const HIDING: Readonly<Record<string, { close: string; what: "comment" | "CDATA" }>> = {
  "<!--": { close: "-->", what: "comment" },
  "<![CDATA[": { close: "]]>", what: "CDATA" },
};

const UNCLOSED = {
  directive: {
    cause: "the <directive> element that starts here never ends",
    fix: "Add </directive> after its last element.",
  },
  comment: {
    cause: "the comment that starts here never ends",
    fix: "Add --> where the comment ends.",
  },
  CDATA: {
    cause: "the CDATA section that starts here never ends",
    fix: "Add ]]> where its text ends. CDATA sections cannot be nested: write an inner one as {CDATA_OPEN} and {CDATA_CLOSE}.",
  },
  tag: {
    cause: "the tag that starts here never ends",
    fix: "Add the missing > or closing quote.",
  },
};

function unclosed(text: string, offset: number, what: keyof typeof UNCLOSED): ParseFailure {
  return failureAt(text, offset, UNCLOSED[what]);
}
