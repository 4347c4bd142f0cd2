import type { Command } from "commander";
import { cell, tableOf } from "./table-of.ts";

/** Every command with its arguments and options, from the program itself. */
export function commandPage(program: Command): string {
  const commands = leavesOf(program, program.name());
  const sections = commands.map(({ path, command }) => {
    const usage = [path, ...command.registeredArguments.map(argumentForm)].join(" ");
    const options = command.options.map(({ flags, description }) => [
      `\`${flags}\``,
      cell(description),
    ]);
    const listed = options.length === 0 ? "" : `\n\n${tableOf(["option", ""], options)}`;
    return `## ${path}\n\n${capital(command.description())}.\n\n\`\`\`\n${usage}\n\`\`\`${listed}`;
  });
  return `# Command\n\nExit codes: 0 done, 1 it failed, 2 wrong use, 3 no instance, 4 not confirmed.\n\n${sections.join("\n\n")}\n`;
}

function leavesOf(command: Command, path: string): { path: string; command: Command }[] {
  const below = command.commands.filter((child) => child.name() !== "help");
  if (below.length === 0) return [{ path, command }];
  return below.flatMap((child) => leavesOf(child, `${path} ${child.name()}`));
}

function argumentForm(argument: Command["registeredArguments"][number]): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
