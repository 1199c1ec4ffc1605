import { stackFileOf } from "../engine/stack-file.js";
import { visible } from "../visible.js";
import { type Stage, stageOf } from "./stage.js";

/** The stage for a verb of the command line, which speaks to whoever sits there. */
export async function onStage<T>(
  word: string,
  json: boolean,
  forWhom: string,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const output = json ? process.stderr : process.stdout;
  const say = (line: string): void => void output.write(`${visible(line)}\n`);
  return await stageOf(stackFileOf(word), { say, json, forWhom }, work);
}
