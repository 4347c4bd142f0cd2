/**
 * Files and functions that are larger than the house rule, each with its
 * reason. An entry that is no longer needed fails the test, so the list shrinks.
 */
export const LARGE_FILES: Readonly<Record<string, string>> = {
  "packages/protocol/src/index.ts": "The door of the package: a name a line, and nothing else.",
};

export const LARGE_FUNCTIONS: Readonly<Record<string, string>> = {};
