export { firstLine } from "./first-line.ts";
export { foldText } from "./fold-text.ts";
export { createLineOverlap, type LineOverlap, type LineSet } from "./line-overlap.ts";
export { createNearLines, type NearLines, normalForm } from "./near-lines.ts";
export { readScope, type Scope } from "./read-scope.ts";
export { splitIdentifier } from "./split-identifier.ts";
export { stemWord } from "./stem-word.ts";
export { GRAMMAR_WORDS, STOP_WORDS } from "./stop-words.ts";
export { writeOut } from "./write-out.ts";
