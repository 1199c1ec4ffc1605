import type { Command } from "commander";
import { exampleLines } from "../../config/findings/example-lines.js";
import { EXIT } from "../engine/exit-status.js";

/** How a verb is called and how it ends, for its help, the reference and the shells. */
export interface Use {
  /** What is typed behind `proxmox-ha`, and what that does. */
  readonly examples: readonly (readonly [words: string, what: string])[];
  /** Exit statuses that it ends with, by their names; each in this verb's words. */
  readonly exits: Partial<Readonly<Record<keyof typeof EXIT, string>>>;
  /** What an argument or the value of an option may be, where it is one of a few words. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
}

const uses = new WeakMap<Command, Use>();

export function describeUse(command: Command, use: Use): Command {
  uses.set(command, use);
  const [example] = use.examples;
  return command
    .addHelpText("after", `\n${helpText(use)}`)
    .showHelpAfterError(
      `${example === undefined ? "" : `For example: proxmox-ha ${example[0]}\n`}\`proxmox-ha ${command.name()} --help\` has the rest.`,
    );
}

export function useOf(command: Command): Use | undefined {
  return uses.get(command);
}

/** Sorted by their numbers. */
export function exitsOf(use: Use): readonly (readonly [status: number, means: string])[] {
  return Object.entries(EXIT)
    .flatMap(([name, status]) => {
      const means = Object.entries(use.exits).find(([one]) => one === name)?.[1];
      return means === undefined ? [] : [[status, means] as const];
    })
    .toSorted(([a], [b]) => a - b);
}

/** Examples stand last, where a person looks first. */
function helpText(use: Use): string {
  return [
    "Exit status:",
    ...exitsOf(use).map(([status, means]) => `  ${String(status).padStart(3)}  ${means}`),
    "",
    ...exampleLines(use.examples.map(([words, what]) => [`proxmox-ha ${words}`, what])),
  ].join("\n");
}
