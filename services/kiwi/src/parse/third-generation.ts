import { frontmatterAt } from "./find-metadata.ts";
import { ParseFailure } from "./parse-failure.ts";
import { skipLead } from "./skip-lead.ts";

/**
 * Why a directive of the third generation is refused; undefined for a text that
 * is none. It has YAML frontmatter, also behind comments. Its prose may mention
 * directives and show some, but not the one the file is named after.
 */
export function thirdGeneration(text: string, id: string): ParseFailure | undefined {
  if (!hasFrontmatter(text) || opensElementNamed(text, id)) return undefined;
  return new ParseFailure({
    cause: "this directive is of the third generation: YAML frontmatter and prose, without XML",
    fix:
      "Write it as a <directive> element with metadata, inputs and process, or keep the text as a " +
      "knowledge entry.",
  });
}

function hasFrontmatter(text: string): boolean {
  try {
    return frontmatterAt(text, skipLead(text).end) !== undefined;
  } catch (error) {
    if (error instanceof ParseFailure) return true;
    throw error;
  }
}

const OPENING = /<directive\s[^<>]{0,2000}/g;
const NAME = /\sname\s*=\s*(?:"([^"]*)"|'([^']*)')/;

function opensElementNamed(text: string, id: string): boolean {
  return [...text.matchAll(OPENING)].some(([tag]) => {
    const [, double, single] = NAME.exec(tag) ?? [];
    return (double ?? single)?.normalize() === id.normalize();
  });
}
