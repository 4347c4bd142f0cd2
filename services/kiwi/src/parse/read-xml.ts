import { SaxesParser } from "saxes";
import { maskOpaque, unmaskOpaque } from "./opaque-elements.ts";
import { failureAt, ParseFailure } from "./parse-failure.ts";

/** An element as written: attributes, and text and elements in their order. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: (XmlElement | string)[];
  /** Where its tag ends, in the file. */
  offset: number;
  /** Just past its closing tag; the same as `offset` for one that closes itself. */
  end: number;
}

const DEPTH_MAX = 64;
const ELEMENTS_MAX = 10_000;

/**
 * Reads the slice `[start, end)` of a file as one XML element. No document
 * types, no entities but XML's five, bounded depth and size. Positions in
 * failures are the file's.
 */
export function readXml(text: string, { start, end }: { start: number; end: number }): XmlElement {
  const source = maskOpaque(text.slice(start, end));
  const restore = source === text.slice(start, end) ? (value: string) => value : unmaskOpaque;
  assertEntities(text, source, start);
  const parser = new SaxesParser();
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  const fail = (problem: { cause: string; fix: string }): never => {
    throw failureAt(text, Math.min(start + Math.max(parser.position - 1, 0), end), problem);
  };
  const addText = (value: string): void => {
    const parent = open.at(-1);
    if (parent !== undefined && value !== "") {
      parent.children.push(expandCdataMarks(restore(value)));
    }
  };

  parser.on("error", (error) => fail(explain(error.message, source[parser.position - 1] ?? "")));
  parser.on("doctype", () => fail(NO_DOCTYPE));
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("opentag", (tag) => {
    elements += 1;
    if (open.length >= DEPTH_MAX) fail(TOO_DEEP);
    if (elements > ELEMENTS_MAX) fail(TOO_MANY);
    const attributes: Record<string, string> = {};
    for (const [name, value] of Object.entries(tag.attributes)) {
      attributes[name] = expandCdataMarks(value);
    }
    const offset = start + parser.position;
    const element: XmlElement = { name: tag.name, attributes, children: [], offset, end: offset };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed !== undefined) closed.end = start + parser.position;
  });
  parser.write(source).close();
  if (root === undefined) {
    throw new ParseFailure({ cause: "there is no element", fix: "Write a <directive> element." });
  }
  return root;
}

const AMPERSAND_OR_HIDING = /<!--|<!\[CDATA\[|&/g;
const KNOWN_ENTITY = /&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});/y;

/** Checked by ourselves: the parser reads on to the next semicolon, however far, and then complains. */
function assertEntities(text: string, source: string, start: number): void {
  const mark = new RegExp(AMPERSAND_OR_HIDING);
  for (let found = mark.exec(source); found !== null; found = mark.exec(source)) {
    if (found[0] === "&") {
      KNOWN_ENTITY.lastIndex = found.index;
      if (!KNOWN_ENTITY.test(source)) {
        throw failureAt(text, start + found.index, BARE_AMPERSAND_PROBLEM);
      }
      continue;
    }
    const close = source.indexOf(found[0] === "<!--" ? "-->" : "]]>", mark.lastIndex);
    if (close < 0) return;
    mark.lastIndex = close + 3;
  }
}

const BARE_AMPERSAND_PROBLEM = {
  cause: "an & here does not begin a known entity",
  fix: "Write &amp; for a plain &, or put the text into <![CDATA[ … ]]>.",
};

/** CDATA cannot hold a CDATA end; authors write these marks instead. */
function expandCdataMarks(text: string): string {
  return text.replaceAll("{CDATA_OPEN}", "<![CDATA[").replaceAll("{CDATA_CLOSE}", "]]>");
}

const NO_DOCTYPE = {
  cause: "a document type declaration is not allowed",
  fix: "Remove <!DOCTYPE …>; only &lt; &gt; &amp; &quot; &apos; and numeric references are known.",
};
const TOO_DEEP = {
  cause: `elements are nested more than ${DEPTH_MAX} deep`,
  fix: "Nest them less deeply.",
};
const TOO_MANY = {
  cause: `there are more than ${ELEMENTS_MAX} elements`,
  fix: "Split the directive into several.",
};

const LESS_THAN_IN_A_VALUE = {
  cause: "a < stands in an attribute's value",
  fix: "Write &lt; there; CDATA cannot stand in an attribute.",
};

/** The parser's word for a problem as a cause with a way out. */
function explain(message: string, character: string): { cause: string; fix: string } {
  const problem = message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");
  if (problem === "disallowed character") {
    // Within text a < begins a tag, so this one stands in a value.
    if (character === "<") return LESS_THAN_IN_A_VALUE;
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return { cause: `the character U+${code} cannot stand in XML`, fix: "Remove it." };
  }
  if (problem.includes("attribute")) {
    const fix = 'Write attributes as name="value"; in a value < is &lt; and & is &amp;.';
    return { cause: problem, fix };
  }
  if (problem.includes("disallowed character in tag name") || problem.includes("tag name")) {
    return {
      cause: `a < here does not begin an element (${problem})`,
      fix: "Write &lt; for a plain <, or put the text into <![CDATA[ … ]]>.",
    };
  }
  if (problem.includes("tag")) {
    return { cause: problem, fix: "Close each element in the order opposite to its opening." };
  }
  return {
    cause: problem,
    fix: "Correct the XML here; put code and comparisons into <![CDATA[ … ]]>.",
  };
}
