/**
 * What may stand before the metadata of a file: comments that tools and people
 * put there, and headings.
 */
export interface Lead {
  /** Where the first line that is none of these begins. */
  end: number;
  /** Past the comments that come first. What follows is the file's own text. */
  commentsEnd: number;
  /** The lines that are no comments: headings, and definitions of links. */
  ownText: string;
}

/** A lead is a screen of comments at most, and every line of it is looked at. */
const LEAD_LINES_MAX = 100;
const LEAD_CHARACTERS_MAX = 65_536;

export function skipLead(whole: string): Lead {
  const text = whole.slice(0, LEAD_CHARACTERS_MAX);
  let end = 0;
  let commentsEnd = 0;
  let ownText = "";
  for (let count = 0; count < LEAD_LINES_MAX && end < text.length; count += 1) {
    const comment = endOfComment(text, end);
    const next = comment ?? endOfHeading(text, end) ?? endOfDefinition(text, end);
    if (next === undefined) break;
    if (comment === undefined) ownText += text.slice(end, next);
    else if (ownText === "") commentsEnd = comment;
    end = next;
  }
  return { end, commentsEnd, ownText };
}

/** The text from an offset to the end of its line. */
export function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(offset, end < 0 ? undefined : end);
}

export function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

const BLANK = /^\s*$/;
const SHEBANG = /^#!/;
/** Of a tool, always on one line: `# name:signed:…`, also where it became a heading. */
const SIGNED_LINE = /^#{1,6}[ \t]*(?:<!--|(?:[\w.-]+:)*(?:signed|validated):)/i;
/** A definition that nothing can refer to: Markdown has no comments, and people write these. */
const COMMENT_DEFINITION =
  /^ {0,3}\[(?:\/\/|comment|_)\]:|^ {0,3}\[[^\]\n]+\]:[ \t]*(?:#|<>)[ \t]/i;

/** Past a comment, or a blank line, at an offset; undefined when none begins there. */
function endOfComment(text: string, at: number): number | undefined {
  const line = lineAt(text, at);
  if (BLANK.test(line)) return nextLine(text, at);
  if (at === 0 && SHEBANG.test(line)) return nextLine(text, at);
  if (SIGNED_LINE.test(line) || COMMENT_DEFINITION.test(line)) return nextLine(text, at);
  const start = at + line.length - line.trimStart().length;
  if (text.startsWith("<!--", start)) return endOfMarked(text, start, "<!--", "-->");
  if (text.startsWith("%%", start)) return endOfMarked(text, start, "%%", "%%");
  return undefined;
}

const SIGNED_COMMENT = /^<!--\s*(?:[\w.-]+:)*(?:signed|validated):/i;

/**
 * Past a comment with a closing mark. One that was never closed ends with its
 * line: a mark that only comes after the metadata, or after the next comment has
 * begun, is another's.
 */
function endOfMarked(text: string, start: number, open: string, close: string): number {
  const inner = start + open.length;
  const closing = text.indexOf(close, inner);
  const lineEnd = nextLine(text, start);
  if (closing >= 0 && closing < lineEnd) return closing + close.length;
  if (closing < 0) return lineEnd;
  const hidden = text.slice(lineEnd, closing);
  const past = closing + close.length;
  if (BLANK.test(hidden) || BLANK.test(text.slice(inner, lineEnd))) return past;
  const isOneLine = SIGNED_COMMENT.test(lineAt(text, start));
  const holdsAnother = open !== close && hidden.includes(open);
  return isOneLine || holdsAnother || reachesOverMetadata(hidden) ? lineEnd : past;
}

const METADATA_START = /^(?:---[ \t]*\n["']?[\p{L}_][^\n:]*:|(?:`{3,}|~{3,})ya?ml[ \t]*$)/imu;
const METADATA_END = /^(?:---|\.\.\.|`{3,}|~{3,})[ \t]*$/gm;

/** Whether metadata stands within, and is not all there is: that is metadata commented out. */
function reachesOverMetadata(hidden: string): boolean {
  const start = METADATA_START.exec(hidden);
  if (start === null) return false;
  const closing = new RegExp(METADATA_END);
  closing.lastIndex = start.index + start[0].length;
  const end = closing.exec(hidden);
  return end === null || !BLANK.test(hidden.slice(closing.lastIndex));
}

const HASH = /^ {0,3}#/;
const UNDERLINE = /^ {0,3}=+[ \t]*$/;

/** Past a heading or a line of a hash sign; of the underlined form only with `=`, as `---` may be metadata. */
function endOfHeading(text: string, at: number): number | undefined {
  const next = nextLine(text, at);
  if (HASH.test(lineAt(text, at))) return next;
  return UNDERLINE.test(lineAt(text, next)) && next < text.length
    ? nextLine(text, next)
    : undefined;
}

const DEFINITION = /^ {0,3}\[[^\]\n]+\]:[ \t]*\S/;

function endOfDefinition(text: string, at: number): number | undefined {
  return DEFINITION.test(lineAt(text, at)) ? nextLine(text, at) : undefined;
}
