/** Ways of speaking that say nothing, flatter, or are not the assistant's. */
const UNWANTED: readonly [RegExp, string][] = [
  [/\bas an ai\b/i, "it speaks of itself as an AI"],
  [/\b(?:great|good|excellent) question\b/i, "it praises the question"],
  [/\b(?:certainly|absolutely|of course)!/i, "it begins with eagerness"],
  [/\bi hope this helps\b/i, "it hopes to help"],
  [/\bfeel free to\b/i, "it invites instead of saying"],
  [/\blet me know if\b/i, "it ends with a formula"],
  [/\bapologi[sz]e for (?:any|the) (?:inconvenience|confusion)\b/i, "it apologises by a formula"],
  [/\p{Extended_Pictographic}/u, "it has a picture sign"],
  [/!.*!/s, "it has more than one exclamation mark"],
  [/\[router \(/, "it repeats the router's status"],
];

export function toneFaults(text: string): string[] {
  return UNWANTED.flatMap(([pattern, fault]) => (pattern.test(text) ? [fault] : []));
}
