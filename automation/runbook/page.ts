import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";

/** One machine of the cluster, as a person finds it. */
export interface NodeAt {
  readonly node: string;
  readonly address: string;
}

/** Where a step is done. Several nodes: on each of them that answers, or on the one of them that is meant. */
export type Place =
  | { readonly at: "here" }
  | { readonly at: "nodes"; readonly nodes: readonly NodeAt[] }
  | { readonly at: "one"; readonly which: string; readonly nodes: readonly NodeAt[] }
  | { readonly at: "elsewhere"; readonly what: string };

/** A word of a command that nobody knows before an earlier step has printed it, or a person has decided. */
export interface Blank {
  readonly name: string;
  readonly from: string;
  /** Every word that it can be, where the stack file tells. */
  readonly oneOf?: readonly string[];
}

export interface Command {
  readonly effect: "reads" | "changes";
  /** As it is typed; each blank stands in it as `<name>`. */
  readonly line: string;
  readonly blanks: readonly Blank[];
}

export interface Step {
  readonly title: string;
  readonly where: Place;
  /** Absent where hands and eyes are needed. */
  readonly command?: Command;
  /** What is lost by it, and what to look at before. */
  readonly destroys?: string;
  readonly expect: string;
  readonly otherwise: string;
}

export const HERE: Place = { at: "here" };

export const STACK_FILE: Place = { at: "elsewhere", what: "the stack file" };

export function on(...nodes: readonly NodeAt[]): Place {
  return { at: "nodes", nodes: nodes.map(({ node, address }) => ({ node, address })) };
}

/** The one of them that `which` says, as it follows "the one". */
export function onOne(which: string, nodes: readonly NodeAt[]): Place {
  return { at: "one", which, nodes: nodes.map(({ node, address }) => ({ node, address })) };
}

type Word = string | number | Blank;

/** A command that changes nothing, each value in it one word for the shell. */
export function reads(texts: TemplateStringsArray, ...words: readonly Word[]): Command {
  return commandOf("reads", texts, words);
}

export function changes(texts: TemplateStringsArray, ...words: readonly Word[]): Command {
  return commandOf("changes", texts, words);
}

function commandOf(
  effect: Command["effect"],
  texts: TemplateStringsArray,
  words: readonly Word[],
): Command {
  const blanks = words.filter((word) => typeof word === "object");
  return {
    effect,
    line: sh(texts, ...words.map((word) => (typeof word === "object" ? raw(inText(word)) : word))),
    blanks: blanks.filter(({ name }, at) => blanks.findIndex((one) => one.name === name) === at),
  };
}

/** As it is in a sentence. */
export function inText(word: Word): string {
  return typeof word === "object" ? `<${word.name}>` : String(word);
}
