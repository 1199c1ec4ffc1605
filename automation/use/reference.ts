import type { Command } from "commander";
import { code, table } from "../../config/generate/markdown.js";
import { exitsOf, type Use, useOf } from "./use.js";

/** `docs/commands.md`: each verb as its help has it. */
export function commandsReference(program: Command, twin: Command): string {
  const verbs = program.commands.filter((one) => one.name() !== "twin" && useOf(one) !== undefined);
  return `${[
    "# Commands",
    "",
    "Made from the commands themselves by `npm run generate`; do not edit. `docs/runbook.md` says what to do after each exit status.",
    "",
    ...verbs.flatMap((verb) => section(verb, "proxmox-ha")),
    "## `proxmox-ha twin`",
    "",
    "A rehearsal on a cluster of namespaces on this machine; `twin/README.md` is about it.",
    "",
    table(
      ["command", "what it does"],
      twin.commands.map((one) => [code(callOf(one, "twin")), one.description()]),
    ),
  ].join("\n")}\n`;
}

function section(verb: Command, before: string): string[] {
  const use = useOf(verb);
  return [
    `## \`${before} ${verb.name()}\``,
    "",
    `${capital(verb.description())}.`,
    "",
    "```sh",
    callOf(verb, before),
    "```",
    "",
    ...wordsOf(verb),
    ...(use === undefined ? [] : examplesAndExits(use)),
  ];
}

/** Name, arguments and whether there are options, as a person types them. */
function callOf(verb: Command, before: string): string {
  const names = verb.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? `<${name}>` : `[${name}]`;
  });
  const options = verb.options.length > 0 ? ["[options]"] : [];
  return [before, verb.name(), ...names, ...options].join(" ");
}

function wordsOf(verb: Command): string[] {
  const rows = [
    ...verb.registeredArguments.map((one) => [code(one.name()), one.description]),
    ...verb.options.map((one) => [code(one.flags), one.description]),
  ];
  return rows.length === 0 ? [] : [table(["word", "means"], rows), ""];
}

function examplesAndExits(use: Use): string[] {
  return [
    table(
      ["example", "what it does"],
      use.examples.map(([words, what]) => [code(`proxmox-ha ${words}`), what]),
    ),
    "",
    table(
      ["exit status", "means"],
      exitsOf(use).map(([status, means]) => [String(status), means]),
    ),
    "",
  ];
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
