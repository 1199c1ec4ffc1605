import { section } from "../status/render.js";
import type { Blank, NodeAt, Place, Step } from "./page.js";
import type { Page, Summary } from "./runbook.js";

/** The topics, those that fit what is seen first. */
export function renderList(
  cluster: string,
  stack: string,
  said: readonly string[],
  all: readonly Summary[],
): string {
  const rows = (some: readonly Summary[], more: (one: Summary) => string | undefined) =>
    some.flatMap(({ topic, title, ...one }) => {
      const behind = more({ topic, title, ...one });
      return [[topic, title], ...(behind === undefined ? [] : [["", behind]])];
    });
  return `${[
    `${cluster}: runbooks`,
    ...said.map((line) => `  ${line}`),
    "",
    ...section(
      "These fit what is seen now",
      rows(
        all.filter(({ fits }) => fits !== undefined),
        ({ fits }) => fits,
      ),
    ),
    ...section(
      "All others",
      rows(
        all.filter(({ fits, lacks }) => fits === undefined && lacks === undefined),
        () => undefined,
      ),
    ),
    ...section(
      "Not for this stack",
      rows(
        all.filter(({ lacks }) => lacks !== undefined),
        ({ lacks }) => lacks,
      ),
    ),
    `\`npx proxmox-ha runbook ${stack} TOPIC\` prints one.`,
  ].join("\n")}\n`;
}

/** One topic, step by step, for somebody who was asleep a minute ago. */
export function renderPage(page: Page): string {
  const { cluster, topic, title, said, fits, lacks, ways, steps } = page;
  const head = [`${cluster}: ${topic}`, `  ${title}`, ...said.map((line) => `  ${line}`), ""];
  if (lacks !== undefined) {
    return `${[...head, `Not for this stack: ${lacks}.`].join("\n")}\n`;
  }
  return `${[
    ...head,
    ...(fits === undefined ? [] : [`It fits what is seen now: ${fits}.`, ""]),
    ...section(
      "Ways in",
      ways.map(({ node, login, controllers }) => [node, login, controllers]),
    ),
    "A step that CHANGES something says so. A word in <> is yours to put in.",
    "",
    ...steps.flatMap((step, at) => renderStep(step, at + 1)),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function renderStep(step: Step, number: number): string[] {
  const { title, where, command, destroys, expect, otherwise } = step;
  const row = (word: string, text: string): string => `    ${`${word}:`.padEnd(10)} ${text}`;
  return [
    `${`${number}.`.padEnd(4)}${title}`,
    row("where", placeText(where)),
    ...(command === undefined
      ? []
      : [
          row(command.effect === "reads" ? "run" : "CHANGES", command.line),
          ...command.blanks.map((one) => row(`<${one.name}>`, blankText(one))),
        ]),
    ...(destroys === undefined ? [] : [row("destroys", destroys)]),
    row(command === undefined ? "see" : "prints", expect),
    row("if not", otherwise),
    "",
  ];
}

function blankText({ from, oneOf = [] }: Blank): string {
  return oneOf.length === 0 ? from : `${from}: ${oneOf.join(", ")}`;
}

function placeText(where: Place): string {
  switch (where.at) {
    case "here":
      return "this machine";
    case "elsewhere":
      return where.what;
    case "one":
      return `the one ${where.which}: ${namesOf(where.nodes)}`;
    case "nodes":
      return where.nodes.length === 1
        ? namesOf(where.nodes)
        : `each one that answers: ${namesOf(where.nodes)}`;
  }
}

function namesOf(nodes: readonly NodeAt[]): string {
  return nodes.map(({ node, address }) => `${node} (${address})`).join(", ");
}
