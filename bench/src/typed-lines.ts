/** Lines people would type at a library, for load; the router is not judged on them here. */
const LINES = [
  "find email scripts",
  "search for anything about invoices",
  "show me the deploy checklist",
  "run the nightly backup",
  "open the incident postmortem template",
  "validate these addresses",
  "what do we have for csv files",
  "load the onboarding guide",
  "rotate the api keys",
  "look up http status choices",
  "thanks, that was it",
  "summarise yesterday's logs",
  "check the certificates before friday",
  "how do directives differ from scripts",
  "publish the release notes",
  "kick off the regression tests",
] as const;

export interface TypedPrefix {
  text: string;
  /** It is the first keystroke of a new line. */
  first: boolean;
}

/** The endless keystrokes of one typist: every prefix of one line after the other. */
export function* typeLines(firstLine: number): Generator<TypedPrefix, never> {
  for (let line = firstLine; ; line += 1) {
    const text = LINES[line % LINES.length] ?? "";
    for (let end = 1; end <= text.length; end += 1)
      yield { text: text.slice(0, end), first: end === 1 };
  }
}
