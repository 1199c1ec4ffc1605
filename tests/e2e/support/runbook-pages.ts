import { z } from "zod";
import { type Finished, said, tryOn } from "../../../twin/testing/index.js";
import type { ProgramTwin } from "./program-twin.js";

const command = z.object({
  effect: z.enum(["reads", "changes"]),
  line: z.string(),
  blanks: z.array(z.object({ name: z.string(), oneOf: z.array(z.string()).default([]) })),
});
const nodes = z.array(z.object({ node: z.string(), address: z.string() })).min(1);
const step = z.object({
  title: z.string(),
  where: z.discriminatedUnion("at", [
    z.object({ at: z.literal("here") }),
    z.object({ at: z.literal("elsewhere"), what: z.string() }),
    z.object({ at: z.literal("nodes"), nodes }),
    z.object({ at: z.literal("one"), which: z.string(), nodes }),
  ]),
  command: command.optional(),
});
const page = z.object({
  topic: z.string(),
  lacks: z.string().optional(),
  fits: z.string().optional(),
  ways: z.array(z.object({ node: z.string(), login: z.string() })),
  steps: z.array(step),
});
const list = z.object({
  topics: z.array(z.object({ topic: z.string(), fits: z.string().optional() })),
});

export type PageStep = z.output<typeof step>;
export type RunbookPage = z.output<typeof page>;
/** What a person puts into the blanks of a page. */
export type Words = Readonly<Record<string, string>>;

const LATE = 600_000;
/** On a machine with other work too, a look may come too late; a person asks once more. */
const NO_ANSWER = 5;

export async function pageOf(twin: ProgramTwin, topic: string): Promise<RunbookPage> {
  const { done } = await twin.run("runbook", [topic, "--json"]);
  return page.parse(JSON.parse(done.stdout));
}

export async function fittingTopics(twin: ProgramTwin): Promise<string[]> {
  const { done } = await twin.run("runbook", ["--json"]);
  const { topics } = list.parse(JSON.parse(done.stdout));
  return topics.flatMap(({ topic, fits }) => (fits === undefined ? [] : [topic]));
}

/** The one step of a page whose command begins so. */
export function stepWith({ topic, steps }: RunbookPage, begin: string): PageStep {
  const found = steps.find(({ command: one }) => one?.line.startsWith(begin));
  if (found === undefined) {
    throw new Error(`${topic} has no step with ${begin}`);
  }
  return found;
}

/** As a person types it. */
export function typed({ command: one }: PageStep, words: Words = {}): string {
  return (one?.blanks ?? []).reduce((line, { name, oneOf }) => {
    const word = words[name] ?? oneOf[0];
    if (word === undefined) {
      throw new Error(`nothing is known to stand in <${name}> of: ${line}`);
    }
    return line.replaceAll(`<${name}>`, word);
  }, one?.line ?? "");
}

/** What a person brings to a step. */
interface Hands {
  readonly words?: Words;
  /** Said at once, where a name would have to be typed. */
  readonly more?: string;
  /** The one of several nodes that is meant; the first. */
  readonly node?: string | undefined;
}

/** Runs the command of a step wherever the step says. */
export async function carriedOut(
  twin: ProgramTwin,
  one: PageStep,
  { words = {}, more = "", node }: Hands = {},
): Promise<readonly { readonly where: string; readonly done: Finished }[]> {
  const line = `${typed(one, words)}${more}`;
  switch (one.where.at) {
    case "here": {
      const running = twin.startInside(["sh", "-c", line], { deadlineMs: LATE });
      return [{ where: `here: ${line}`, done: await running.finished }];
    }
    case "one": {
      const meant = node ?? one.where.nodes[0]?.node ?? "";
      return [
        { where: `${meant}: ${line}`, done: await tryOn(twin, meant, line, { deadlineMs: LATE }) },
      ];
    }
    case "nodes": {
      const all: { where: string; done: Finished }[] = [];
      for (const { node: each } of one.where.nodes) {
        const done = await tryOn(twin, each, line, { deadlineMs: LATE });
        all.push({ where: `${each}: ${line}`, done });
      }
      return all;
    }
    case "elsewhere":
      throw new Error(`a command without a machine: ${line}`);
  }
}

/** Every reading command of a page that did not end well, each once, with what it said. */
export async function failedReads(
  twin: ProgramTwin,
  { steps }: RunbookPage,
  words: Words,
  mayEndWith: (line: string) => readonly number[] = () => [0],
): Promise<{ readonly run: number; readonly failed: string[] }> {
  const failed: string[] = [];
  const reading = steps.filter(({ command: one }) => one?.effect === "reads");
  let run = 0;
  for (const one of reading) {
    let answers = await carriedOut(twin, one, { words });
    if (answers.some(({ done }) => done.status === NO_ANSWER)) {
      answers = await carriedOut(twin, one, { words });
    }
    for (const { where, done } of answers) {
      run += 1;
      if (!mayEndWith(typed(one, words)).includes(done.status)) {
        failed.push(`${where}: ${said(done)}`);
      }
    }
  }
  return { run, failed };
}
