import type { Command } from "commander";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A command, and what may follow it. */
interface Place {
  /** As `lilux library teach`. */
  path: string;
  words: Word[];
  /** What an option of it takes, where that is one of a few. */
  choices: { option: string; values: readonly string[] }[];
  hasCommands: boolean;
}

interface Word {
  text: string;
  says: string;
}

const ITEM_TYPES: readonly Word[] = [
  { text: "directive", says: "steps for a model" },
  { text: "script", says: "Python that runs" },
  { text: "knowledge", says: "text to read" },
];

/** What a shell reads to complete the command: made from the program itself, so that it lacks nothing. */
export function completionScript(shell: Shell, program: Command): string {
  const places = placesOf(program, program.name());
  switch (shell) {
    case "bash":
      return bash(places);
    case "zsh":
      return zsh(places);
    case "fish":
      return fish(places);
  }
}

function placesOf(command: Command, path: string): Place[] {
  const commands = command.commands.filter((child) => child.name() !== "help");
  const options = command.options.filter(({ hidden }) => !hidden);
  const takesType = command.registeredArguments.some((argument) => argument.name() === "item-type");
  const fixed = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const words = [
    ...commands.map((child) => ({ text: child.name(), says: child.description() })),
    ...(takesType ? ITEM_TYPES : []),
    ...fixed.map((text) => ({ text, says: "" })),
    ...options.map(({ long, flags, description }) => ({ text: long ?? flags, says: description })),
    { text: "--help", says: "how it is written" },
  ];
  const choices = options.flatMap(({ long, argChoices = [] }) =>
    long === undefined || long === null || argChoices.length === 0
      ? []
      : [{ option: long, values: argChoices }],
  );
  return [
    { path, words, choices, hasCommands: commands.length > 0 },
    ...commands.flatMap((child) => placesOf(child, `${path} ${child.name()}`)),
  ];
}

/** Every command path, as patterns of `case`. */
function pathsBelow(places: readonly Place[]): string {
  const [, ...below] = places;
  return below.map(({ path }) => `"${path}"`).join("|");
}

function bash(places: readonly Place[]): string {
  const cases = places.map(
    ({ path, words }) => `    "${path}") choices="${words.map(({ text }) => text).join(" ")}" ;;`,
  );
  const values = places.flatMap(({ path, choices }) =>
    choices.map(
      ({ option, values: of }) => `    "${path} ${option}") choices="${of.join(" ")}" ;;`,
    ),
  );
  return `# Completion of lilux for bash: source <(lilux completion bash)
_lilux() {
  local at=lilux i=1 choices=""
  while [ "$i" -lt "$COMP_CWORD" ]; do
    case "$at \${COMP_WORDS[$i]}" in
      ${pathsBelow(places)}) at="$at \${COMP_WORDS[$i]}" ;;
    esac
    i=$((i + 1))
  done
  case "$at" in
${cases.join("\n")}
  esac
  case "$at \${COMP_WORDS[$((COMP_CWORD - 1))]}" in
${values.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[$COMP_CWORD]}"))
}
complete -o default -F _lilux lilux
`;
}

function zsh(places: readonly Place[]): string {
  const cases = places.map(({ path, words }) => {
    const listed = words.map(({ text, says }) => quoted(says === "" ? text : `${text}:${says}`));
    return `    ("${path}") choices=(${listed.join(" ")}) ;;`;
  });
  const values = places.flatMap(({ path, choices }) =>
    choices.map(
      ({ option, values: of }) =>
        `    ("${path} ${option}") choices=(${of.map(quoted).join(" ")}) ;;`,
    ),
  );
  return `#compdef lilux
# Completion of lilux for zsh: source <(lilux completion zsh)
_lilux() {
  local at=lilux
  local -i i=2
  local -a choices
  while (( i < CURRENT )); do
    case "$at \${words[i]}" in
      (${pathsBelow(places)}) at="$at \${words[i]}" ;;
    esac
    (( i++ ))
  done
  case "$at" in
${cases.join("\n")}
  esac
  case "$at \${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  _describe lilux choices || _files
}
compdef _lilux lilux
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, choices }) => [
    ...words.map(
      ({ text, says }) =>
        `complete -c lilux -n '__lilux_at "${path}"' -f -a ${quoted(text)}${says === "" ? "" : ` -d ${quoted(says)}`}`,
    ),
    ...choices.flatMap(({ option, values }) =>
      values.map(
        (value) => `complete -c lilux -n '__lilux_at "${path}" "${option}"' -f -a ${quoted(value)}`,
      ),
    ),
  ]);
  return `# Completion of lilux for fish: lilux completion fish | source
function __lilux_at
  set -l at lilux
  set -l words (commandline -opc)
  for word in $words[2..-1]
    if contains -- "$at $word" ${places.map(({ path }) => `"${path}"`).join(" ")}
      set at "$at $word"
    end
  end
  test "$at" = $argv[1]; or return 1
  if test (count $argv) -gt 1
    test "$words[-1]" = $argv[2]
  end
end
${lines.join("\n")}
`;
}

/** Shells read what stands between single quotes as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
