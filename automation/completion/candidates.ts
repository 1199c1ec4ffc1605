import type { Command, Option } from "commander";
import { useOf } from "../use/use.js";

/** What there is to be named. */
export interface Names {
  stacks(): readonly string[];
  nodes(stack: string): readonly string[];
  /** Clusters of namespaces that run on this machine. */
  twins(): readonly string[];
}

/** What may stand at the place `index` of a command line, whose first word is the program itself. */
export function candidates(
  program: Command,
  words: readonly string[],
  index: number,
  names: Names,
): readonly string[] {
  const begun = words[index] ?? "";
  return offered(program, words.slice(1, index), begun, names).filter((one) =>
    one.startsWith(begun),
  );
}

function offered(
  program: Command,
  before: readonly string[],
  begun: string,
  names: Names,
): readonly string[] {
  const verbs = program.createHelp().visibleCommands(program);
  const [first, ...rest] = before;
  if (first === undefined) {
    return begun.startsWith("-") ? longOf(program) : verbs.map((one) => one.name());
  }
  const verb = verbs.find((one) => one.name() === first);
  if (verb === undefined) {
    return [];
  }
  if (verb.commands.length > 0) {
    return offered(verb, rest, begun, names);
  }
  const { values, open } = positional(verb, rest);
  if (open !== undefined) {
    return named(open.attributeName(), verb, values, names);
  }
  if (begun.startsWith("-")) {
    return longOf(verb);
  }
  const all = verb.registeredArguments;
  const argument = all[values.length] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);
  return argument === undefined ? longOf(verb) : named(argument.name(), verb, values, names);
}

/** The words that are no options, and the option whose value comes next. */
function positional(
  verb: Command,
  words: readonly string[],
): { readonly values: readonly string[]; readonly open: Option | undefined } {
  const values: string[] = [];
  let open: Option | undefined;
  for (const word of words) {
    if (open !== undefined) {
      open = undefined;
    } else if (word.startsWith("-")) {
      open = verb.options.find((one) => [one.long, one.short].includes(word) && one.required);
    } else {
      values.push(word);
    }
  }
  return { values, open };
}

function named(
  what: string,
  verb: Command,
  values: readonly string[],
  names: Names,
): readonly string[] {
  const choices = useOf(verb)?.choices?.[what];
  if (choices !== undefined) {
    return choices;
  }
  switch (what) {
    case "stack":
    case "target":
      return names.stacks();
    case "twin":
      return names.twins();
    case "node":
      return names.nodes(values[0] ?? "");
    default:
      return [];
  }
}

function longOf(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
}
