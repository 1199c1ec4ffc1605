import { badInput } from "../../config/failure/failure.js";
import type { Question } from "./questions.js";

/** Somebody at a terminal. */
export interface Prompt {
  /** The line that was typed; undefined when the terminal was closed. */
  ask(question: string): Promise<string | undefined>;
  say(text: string): void;
}

export interface Interview {
  /** What the command line says, by the options' names. */
  readonly said: Readonly<Record<string, string | undefined>>;
  /** Undefined where nobody is there to be asked. */
  readonly prompt: Prompt | undefined;
}

/** What a person wants: said by an option, else asked for, else what is usual. */
export async function answerTo<Answer>(
  { said, prompt }: Interview,
  question: Question<Answer>,
  usual?: string,
): Promise<Answer> {
  const word = said[question.option];
  if (word !== undefined) {
    return read(question, word);
  }
  if (prompt === undefined) {
    if (usual === undefined) {
      throw lacking([question]);
    }
    return read(question, usual);
  }
  for (;;) {
    const hint = usual === undefined ? `for example ${question.example}` : `return for ${usual}`;
    const typed = await prompt.ask(`${capital(question.asks)} (${hint}): `);
    if (typed === undefined) {
      throw badInput(
        "The terminal was closed before everything was answered. Nothing was written.",
      );
    }
    const text = typed.trim() === "" ? usual : typed.trim();
    const answer = text === undefined ? undefined : question.reads.safeParse(text);
    if (answer?.success === true) {
      return answer.data;
    }
    prompt.say(
      answer === undefined
        ? `This one is needed, ${question.example} for example.`
        : `${problemIn(answer.error)}.`,
    );
  }
}

/** What an option says, where nobody is asked for it. */
export function saidOf<Answer>(
  { said }: Interview,
  question: Question<Answer>,
): Answer | undefined {
  const word = said[question.option];
  return word === undefined ? undefined : read(question, word);
}

/** All that is missing at once, with a call that has it. */
export function lacking(
  missing: readonly Pick<Question<unknown>, "option" | "asks" | "example">[],
  call = "",
): Error {
  return badInput(
    [
      "Nobody is there to be asked: standard input is no terminal. What is missing:",
      ...missing.map(({ option, asks }) => `  ${option}: ${asks}`),
    ].join("\n"),
    call === ""
      ? `Write for example \`${missing.map(({ option, example }) => `${option} ${example}`).join(" ")}\`.`
      : call,
  );
}

function read<Answer>(question: Question<Answer>, word: string): Answer {
  const answer = question.reads.safeParse(word);
  if (!answer.success) {
    throw badInput(
      `${question.option} ${word}: ${problemIn(answer.error)}.`,
      `For example \`${question.option} ${question.example}\`.`,
    );
  }
  return answer.data;
}

const problemIn = (error: { readonly issues: readonly { readonly message: string }[] }): string =>
  error.issues[0]?.message ?? "it cannot be read";

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
