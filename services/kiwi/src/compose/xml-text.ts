import { fieldProblem } from "../files/field-problem.ts";
import { dedent } from "../parse/xml-queries.ts";

/** What XML 1.0 cannot hold in any form, and the characters that stand in for masked markup. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const IMPOSSIBLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFDD0-\uFDD2\uFFFE\uFFFF]/;

/** A text as it will be read again: without blank space around it and common indentation. */
export function canonicalText(text: string): string {
  return dedent(`\n${text}`);
}

/** Throws `invalid_inputs` for what no XML file can hold. */
export function assertXmlText(text: string, field: string): void {
  if (IMPOSSIBLE.test(text)) throw fieldProblem(field, "holds a control character XML cannot hold");
}

/**
 * A canonical text as an element's content. One line is escaped; several lines,
 * and what would be taken for a CDATA mark, go into CDATA, from a line of their
 * own, so that their indentation stays theirs.
 */
export function xmlContent(text: string, field: string): string {
  assertXmlText(text, field);
  if (text.includes("\n")) return `<![CDATA[\n${cdata(text)}\n]]>`;
  if (text.includes("{CDATA_")) return `<![CDATA[${cdata(text)}]]>`;
  return escaped(text);
}

/** Where CDATA would end, or would be read as its mark, the section is closed and opened again. */
function cdata(text: string): string {
  return text.replaceAll("]]>", "]]]]><![CDATA[>").replaceAll("{CDATA_", "{CDATA]]><![CDATA[_");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("]]>", "]]&gt;");
}

/** ` name="value"`, with line ends and tabs kept. */
export function xmlAttribute(name: string, value: string, field: string): string {
  assertXmlText(value, field);
  const text = escaped(value)
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;");
  return ` ${name}="${text}"`;
}
