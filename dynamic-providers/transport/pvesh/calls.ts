import { z } from "zod";
import { parseJson } from "../base/json.js";
import { command, raw, sh } from "../ssh/quoting.js";
import type { ApiPath, Verb } from "./endpoints.js";
import { act, type Part, type PartResult, shown, Unread } from "./part.js";

/** A list repeats its key, as the API takes it. */
export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[]>>;

const MISSING = /does not exist|not found|no such/i;

/** Asks for what must be there. */
export function get<Answer>(
  path: ApiPath<"get">,
  schema: z.ZodType<Answer>,
  parameters: Parameters = {},
): Part<Answer> {
  return {
    ...asked("get", path, parameters),
    mayFail: false,
    read: ({ text }) => parsed(schema, text),
  };
}

/** Asks for what may not be there: null when Proxmox says so itself, and only then. */
export function getIfThere<Answer>(
  path: ApiPath<"get">,
  schema: z.ZodType<Answer>,
): Part<Answer | null> {
  return {
    ...asked("get", path, {}),
    mayFail: true,
    read: ({ status, text, errors }) => {
      if (status === 0) {
        return parsed(schema, text);
      }
      if (MISSING.test(errors)) {
        return null;
      }
      throw new Unread(`${shown(errors) || "no answer"} (exit status ${status})`);
    },
  };
}

/** Tells it something. What it answers proves nothing, so whoever tells looks again afterwards. */
export function tell<Of extends Exclude<Verb, "get">>(
  verb: Of,
  path: ApiPath<Of>,
  parameters: Parameters = {},
): Part<void> {
  const name = command("pvesh", verb, path, ...optionArguments(parameters));
  return act(name, sh`attempt ${raw(name)} < /dev/null`);
}

/** A task that came to its end. */
export interface EndedTask {
  readonly warnings: boolean;
  /** Its log, in which some tasks hide what failed. */
  readonly log: string;
}

/** Starts a task and follows it: pvesh ends with 0 whatever becomes of it. */
export function startTask<Of extends Exclude<Verb, "get">>(
  verb: Of,
  path: ApiPath<Of>,
  parameters: Parameters = {},
): Part<EndedTask> {
  const told = tell(verb, path, parameters);
  return { ...told, command: `followed ${told.name}`, read: endOf };
}

const taskEnd = z.object({ status: z.string(), exitstatus: z.string().optional() });
export const TASK_MARK = "@@proxmox-ha task ";

function endOf({ text }: PartResult): EndedTask {
  const at = text.lastIndexOf(`\n${TASK_MARK}`);
  const log = at < 0 ? text : text.slice(0, at);
  const { status, exitstatus = "no exit status" } = parsed(
    taskEnd,
    at < 0 ? "" : text.slice(at + 1 + TASK_MARK.length),
  );
  if (status === "running") {
    throw new Unread(`the task still runs: ${shown(log)}`);
  }
  const warnings = exitstatus.startsWith("WARNINGS");
  if (exitstatus !== "OK" && !warnings) {
    throw new Unread(`the task ended with "${exitstatus}"; its log: ${shown(log)}`);
  }
  return { warnings, log };
}

/** The same call with an option whose value a variable of the script has. */
export function withVariable<Answer>(
  part: Part<Answer>,
  option: string,
  variable: string,
): Part<Answer> {
  const name = `${part.name} --${option} "$${variable}"`;
  return { ...part, name, command: part.command.replace(part.name, () => name) };
}

function asked(verb: "get", path: string, parameters: Parameters) {
  const args = ["pvesh", verb, path, ...optionArguments(parameters), "--output-format", "json"];
  return {
    name: `pvesh ${verb} ${path}`,
    // Another node is asked through ssh, which would eat what the rest of the script is to read.
    command: sh`${raw(command(...args))} < /dev/null`,
    changes: false,
  };
}

function optionArguments(parameters: Parameters): string[] {
  return Object.entries(parameters).flatMap(([key, value]) =>
    [value].flat().flatMap((one) => [`--${key}`, textOf(one)]),
  );
}

const textOf = (value: string | number | boolean): string =>
  typeof value === "boolean" ? (value ? "1" : "0") : String(value);

/** @throws {Unread} when a text is not what the schema says */
export function parsed<Answer>(schema: z.ZodType<Answer>, text: string): Answer {
  const answer = schema.safeParse(parseJson(text));
  if (answer.success) {
    return answer.data;
  }
  const why = answer.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Unread(
    `the answer is not as it is documented (${why.slice(0, 3).join("; ")}): ${shown(text)}`,
  );
}
