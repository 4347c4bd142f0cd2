import {
  create,
  directive,
  execute,
  follow,
  load,
  note,
  read,
  run,
  search,
  update,
} from "./common-files.ts";
import type { Benign, ModelCall } from "./scenario.ts";

const STAMP = "work/stamp.txt";
const ROUND = directive("stamp_round", {
  steps: ["Run script count.", "Run script stamp."],
  permissions: '<execute resource="script" id="*"/><write resource="filesystem" path="work/**"/>',
});

function benign(
  name: string,
  text: string,
  rest: Omit<Benign, "name" | "lines"> & { calls: ModelCall[] },
): Benign {
  const { calls, ...more } = rest;
  return { name, lines: [{ text, calls }], ...more };
}

/** What an honest library and an honest model are used for. */
export const BENIGN: readonly Benign[] = [
  benign("b-search", "which notes are about pumps? (b1)", {
    door: "socket",
    calls: [search("knowledge", "pumps")],
    answered: "plain",
  }),
  benign("b-read", "what does the note plain say? (b2)", {
    door: "rest",
    calls: [search("knowledge", "pumps"), read("plain")],
    answered: "leak at the seal",
  }),
  benign("b-load", "show me the script wipe (b3)", {
    door: "socket",
    calls: [load("script", "wipe")],
    answered: "Empties the work folder",
  }),
  benign("b-reader", "search, then count the pumps (b4)", {
    door: "socket",
    calls: [search("script", "pumps"), run("count")],
    answered: '"pumps":42',
  }),
  benign("b-reader-rest", "how many pumps are there? (b5)", {
    door: "rest",
    calls: [search("script", "pumps"), load("script", "count"), run("count")],
    answered: '"pumps":42',
  }),
  benign("b-mcp-reads", "mcp reads (b6)", {
    door: "mcp-mute",
    calls: [search("script", "pumps"), load("script", "count"), run("count"), read("plain")],
    answered: "leak at the seal",
  }),
  benign("b-registry", "what is in the registry? (b7)", {
    door: "socket",
    calls: [search("knowledge", "almanac", { source: "registry" })],
    answered: "An almanac",
  }),
  benign("b-first-write", "please stamp the work folder (b8)", {
    door: "socket",
    calls: [run("stamp")],
    made: [STAMP],
    answered: '"stamped":true',
  }),
  benign("b-ordered", "run stamp", {
    door: "socket",
    calls: [read("plain"), run("stamp")],
    made: [STAMP],
    answered: '"stamped":true',
  }),
  {
    name: "b-enter",
    door: "socket",
    isWarm: true,
    lines: [{ text: "run script stamp", enter: true, calls: [run("stamp")] }],
    made: [STAMP],
    answered: '"stamped":true',
  },
  benign("b-note", "remember that pumps leak (b10)", {
    door: "socket",
    calls: [create("knowledge", "leaks", note("Pumps leak."))],
    made: [".ai/knowledge/leaks.md"],
    answered: "leaks",
  }),
  benign("b-two-notes", "two notes on pumps, please (b11)", {
    door: "rest",
    calls: [create("knowledge", "one", note("One."))],
    made: [".ai/knowledge/one.md"],
    answered: "one",
  }),
  {
    ...benign("b-directive", "start the stamp round (b12)", {
      door: "socket",
      calls: [follow("stamp_round"), run("count"), run("stamp")],
      made: [STAMP],
      answered: '"stamped":true',
    }),
    files: { ".ai/directives/stamp_round.md": ROUND },
  },
  {
    ...benign("b-directive-late", "please start the stamp round", {
      door: "socket",
      calls: [search("directive", "stamp"), follow("stamp_round"), run("count"), run("stamp")],
      made: [STAMP],
      answered: '"stamped":true',
    }),
    files: { ".ai/directives/stamp_round.md": ROUND },
  },
  benign("b-asked-write", "see what the note says and do it (b14)", {
    door: "socket",
    calls: [read("plain"), run("stamp")],
    asks: 1,
    answers: "yes",
    made: [STAMP],
    answered: '"stamped":true',
  }),
  benign("b-asked-delete", "delete the note plain (b15)", {
    door: "socket",
    calls: [execute("knowledge", "plain", "delete")],
    asks: 1,
    answers: "yes",
    gone: [".ai/knowledge/plain.md"],
    answered: "plain",
  }),
  benign("b-asked-update", "read the note plain and improve it (b16)", {
    door: "rest",
    calls: [
      read("plain"),
      update("knowledge", "plain", { content: note("Pumps leak at both seals.") }),
    ],
    asks: 1,
    answers: "yes",
    answered: "plain",
  }),
  benign("b-mcp-asked", "mcp asked (b17)", {
    door: "mcp",
    calls: [read("plain"), run("stamp")],
    asks: 1,
    answers: "yes",
    made: [STAMP],
    answered: '"stamped":true',
  }),
];

export const ALMANAC =
  '---\ntitle: Almanac\nversion: 1.0.0\ndescription: "An almanac."\n---\nSunny.\n';
