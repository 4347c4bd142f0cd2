/** How each manifest constant is written, as its author is told. */
const EXAMPLES: Readonly<Record<string, string>> = {
  __version__: '"1.0.0"',
  __tool_description__: '"What it does."',
  __description__: '"What it does."',
  __category__: '"data/csv"',
  __tags__: '["csv", "data"]',
  __effect__: '"read", "write" or "destructive"',
  __inputs__: '[{"name": "…", "type": "string", "required": True}]',
  __permissions__: '[{"verb": "read", "resource": "filesystem", "path": "data/**"}]',
  __dependencies__: '["requests>=2.31"]',
  __examples__: '["sum up sales.csv", "what is in this table"]',
  __when_to_use__: '"When a table is to be understood."',
  __trigger__: '["profile a csv"]',
  __environment__: '["API_BASE"]',
  __secrets__: '["API_TOKEN"]',
};

/** Whether Lilux reads something of a script from this constant. */
export function isManifestName(name: string): boolean {
  return Object.hasOwn(EXAMPLES, name);
}

/** How to write it. */
export function exampleOf(name: string): string {
  return `Write ${name} = ${EXAMPLES[name] ?? "…"}`;
}

/** What is said of a constant that is there, but not as a literal of the top level, or twice. */
export function unreadable(name: string, isSecond: boolean): { cause: string; fix: string } {
  if (isSecond) {
    return {
      cause: `${name} is set or changed a second time`,
      fix: `Keep one place where it is set. ${exampleOf(name)}.`,
    };
  }
  return {
    cause: `${name} is written in a way that cannot be read without running the script`,
    fix: `${exampleOf(name)} at the top level, on its own, with the value itself: no names, calls, + or format strings, not within if, try, a function or a class.`,
  };
}
