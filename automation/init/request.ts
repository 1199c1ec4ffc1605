import { badInput } from "../../config/failure/failure.js";
import { questions } from "./questions.js";
import type { InitRequest } from "./run.js";

type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** The command line in the words of questions. */
export function requestOf(stack: string, options: Options): Omit<InitRequest, "json" | "prompt"> {
  const said = Object.values(questions).flatMap(({ option }) => {
    const value = options[camelCase(option)];
    return value === undefined || typeof value === "boolean"
      ? []
      : [[option, typeof value === "string" ? value : value.join(" ")] as const];
  });
  const { region } = options;
  return {
    stack,
    said: Object.fromEntries(said),
    region: typeof region === "string" ? region : undefined,
    sshPort: portOf(options.sshPort),
  };
}

const camelCase = (option: string): string =>
  option.replace(/^--/, "").replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function portOf(word: Options[string]): number | undefined {
  const port = Number(word);
  if (word === undefined) {
    return undefined;
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw badInput(
      `--ssh-port ${String(word)} is no port.`,
      "Write a number from 1 to 65535: `--ssh-port 2222`.",
    );
  }
  return port;
}
