import { calls, execute, load, search, text, type Workflow } from "./workflow.ts";

const note = (item_id: string, body: string) =>
  execute("knowledge", item_id, {
    action: "create",
    parameters: { title: "What we learned", body },
  });

/** Scripts beside the demo library's own. */
export const OWN_FILES: Readonly<Record<string, string>> = {
  "scripts/testing/api_smoke.py": script("Smoke test of an API, its endpoints one by one.", {
    passed: 11,
    failed: 1,
  }),
  "scripts/testing/api_load.py": script("Load test of an API.", { requests: 900 }),
  "knowledge/testing/old_notes.md": "# Old notes\n\nNobody needs these.\n",
  "knowledge/testing/kept_notes.md": "# Kept notes\n\nSomebody needs these.\n",
  "knowledge/testing/more_notes.md": "# More notes\n\nSomebody needs these, too.\n",
};

function script(description: string, data: object): string {
  return `"""${description}"""

import json

__version__ = "1.0.0"
__category__ = "testing"
__tool_description__ = "${description}"
__effect__ = "read"
__dependencies__ = []
__inputs__ = []

if __name__ == "__main__":
    print(json.dumps({"status": "success", "data": json.loads('${JSON.stringify(data)}')}))
`;
}

const LONG =
  "First the smoke test:  it is quick.\n\nThen, whatever it says, we write it down for those who come next.";

export const WORKFLOWS: readonly Workflow[] = [
  {
    name: "find all, run the best, write down what was learned",
    line: "find all API testing scripts, run the best one, write down what we learned",
    rounds: [
      calls(search("script", "api testing")),
      calls(execute("script", "testing/api_smoke")),
      calls(note("testing/api_lessons", "One endpoint of twelve fails.")),
      text("One of twelve endpoints fails; that is written down now."),
    ],
    answer: "yes",
    plan: ["done", "done", "done"],
    calls: [true, true, true],
    results: ["api_smoke", '"failed":1'],
    says: ["written down now"],
    files: { "knowledge/testing/api_lessons.md": "One endpoint of twelve fails." },
    isDistributed: true,
  },
  {
    name: "create, then run what was created",
    line: "write a script that counts to three and run it",
    rounds: [
      calls(
        execute("script", "testing/count_up", {
          action: "create",
          parameters: {
            description: "Counts to three.",
            code: 'import json\nprint(json.dumps({"status": "success", "data": {"counted": [1, 2, 3]}}))\n',
          },
        }),
      ),
      calls(execute("script", "testing/count_up")),
      text("It counts to three."),
    ],
    answer: "yes",
    plan: ["done", "done"],
    calls: [true, true],
    results: ['"counted":[1,2,3]'],
    files: { "scripts/testing/count_up.py": "print(json.dumps" },
  },
  {
    name: "search, load, execute",
    line: "which script raises versions? look at it and raise the minor part",
    rounds: [
      calls(search("script", "semantic version")),
      calls(load("script", "semver_bump")),
      calls(execute("script", "semver_bump", { parameters: { part: "minor" } })),
      text("The next version is 1.5.0."),
    ],
    answer: "yes",
    plan: ["done", "done", "done"],
    calls: [true, true, true],
    results: ['"next":"1.5.0"'],
  },
  {
    name: "an input that is missing is named, and the run is put right",
    line: "try the validation of my data file",
    rounds: [
      calls(execute("directive", "data/quality/validate", { parameters: { file: "data/a.csv" } })),
      calls(
        execute("directive", "data/quality/validate", {
          parameters: { file: "data/a.csv", rules: { id: { unique: true } } },
        }),
      ),
      text("The rules are read; the file itself is yours to put there."),
    ],
    answer: "yes",
    plan: ["failed", "skipped", "skipped", "skipped"],
    calls: [false, true],
    results: ["rules"],
    says: ["Not done: ", "`shape`"],
  },
  {
    name: "a step that fails is said to be undone, whatever the model says",
    line: "raise the version that is none and note it",
    rounds: [
      calls(execute("script", "semver_bump", { parameters: { current: "none" } })),
      calls(note("testing/version_note", "No version was raised.")),
      text("All is well."),
    ],
    answer: "yes",
    plan: ["failed", "done"],
    calls: [true, true],
    says: ["All is well.", "Not done: `execute(script semver_bump, run)`."],
    files: { "knowledge/testing/version_note.md": "No version was raised." },
  },
  {
    name: "an ambiguous id is answered with its candidates",
    line: "show me validate, the one for data",
    rounds: [
      calls(load("directive", "validate")),
      calls(load("directive", "data/quality/validate")),
      text("It checks columns, types and ranges."),
    ],
    plan: ["failed", "done"],
    calls: [false, true],
    results: ["email/hygiene/validate", "ranges"],
    text: "It checks columns, types and ranges.",
  },
  {
    name: "what does not exist is said, and nothing is made up",
    line: "run the zyxgorb script",
    rounds: [
      calls(search("script", "zyxgorb"), load("script", "zyxgorb")),
      text("There is no such script."),
    ],
    plan: ["done", "failed"],
    calls: [true, false],
    text: "There is no such script.",
  },
  {
    name: "a change the person declines is not made, and what comes after it is",
    line: "delete the kept notes and list what is there",
    rounds: [
      calls(execute("knowledge", "testing/kept_notes", { action: "delete" })),
      calls(search("knowledge", "kept notes")),
      text("They are kept."),
    ],
    answer: "no",
    questions: 1,
    plan: ["skipped", "done"],
    calls: [false, true],
    text: "They are kept.",
    files: { "knowledge/testing/kept_notes.md": "Somebody needs these." },
  },
  {
    name: "one yes for one call, though the model asks for it twice",
    line: "delete the old notes",
    rounds: [
      calls(execute("knowledge", "testing/old_notes", { action: "delete" })),
      calls(execute("knowledge", "testing/old_notes", { action: "delete", parameters: {} })),
      text("They are gone."),
    ],
    answer: "yes",
    questions: 1,
    plan: [],
    calls: [true],
    text: "They are gone.",
    files: { "knowledge/testing/old_notes.md": undefined },
  },
  {
    name: "cancelled in the middle, what was not begun is not done",
    line: "look around and then delete more notes",
    rounds: [
      calls(search("knowledge", "notes")),
      calls(execute("knowledge", "testing/more_notes", { action: "delete" })),
      text("This is never said."),
    ],
    answer: "cancel",
    questions: 1,
    outcome: "cancelled",
    plan: ["done", "failed"],
    calls: [true, false],
    text: "",
    files: { "knowledge/testing/more_notes.md": "Somebody needs these, too." },
  },
  {
    name: "reads proposed together",
    line: "compare everything there is on versions",
    rounds: [
      calls(
        search("script", "version"),
        search("knowledge", "version"),
        search("directive", "release"),
        load("script", "semver_bump"),
        load("knowledge", "semver_rules"),
      ),
      text("There is a script and a note."),
    ],
    plan: ["done", "done", "done", "done", "done"],
    calls: [true, true, true, true, true],
    results: ["semver_bump", "semver_rules"],
    text: "There is a script and a note.",
  },
  {
    name: "a model lost in the middle: another goes on, and nothing is done twice",
    line: "smoke test the API and keep a record",
    rounds: [
      { text: LONG, calls: [execute("script", "testing/api_smoke")] },
      { text: LONG, calls: [note("testing/record", "Eleven of twelve.")] },
      text(LONG),
    ],
    losesModelAfter: 23,
    answer: "yes",
    plan: ["done", "done"],
    calls: [true, true],
    text: [LONG, LONG, LONG].join("\n\n"),
    files: { "knowledge/testing/record.md": "Eleven of twelve." },
    isDistributed: true,
  },
];
