import { Command } from "commander";
import { outlineOf } from "../../config/load/index.js";
import { stackFilesFolder } from "../engine/backend.js";
import { loadTwin } from "../load-twin.js";
import { fileOfTarget, readStackFile, stackFilesIn, stackNameOf } from "../validate/stack-files.js";
import { candidates, type Names } from "./candidates.js";

/** A shell asks while somebody types: a file that is half written offers nothing, and no error. */
function namesIn(folder: string): Names {
  return {
    twins: () => [],
    stacks: () => stackFilesIn(folder).flatMap((file) => stackNameOf(file) ?? []),
    nodes: (stack) => {
      const file = fileOfTarget(stack, process.cwd(), folder);
      const content = readStackFile(file);
      return content.kind === "content" ? (outlineOf(file, content.bytes)?.nodes ?? []) : [];
    },
  };
}

/** One word a line. The twin's verbs are the twin's own, as in its help. */
export async function complete(
  program: Command,
  words: readonly string[],
  index: number,
): Promise<string> {
  const names = namesIn(stackFilesFolder());
  const offered =
    words[1] === "twin" && index > 1
      ? await ofTwin(words.slice(1), index - 1, names)
      : candidates(program, words, index, names);
  return offered.map((word) => `${word}\n`).join("");
}

async function ofTwin(
  words: readonly string[],
  index: number,
  names: Names,
): Promise<readonly string[]> {
  const loaded = await loadTwin();
  if (loaded === undefined) {
    return [];
  }
  const twin = new Command("twin");
  loaded.registerTwinCommands(twin);
  return candidates(twin, words, index, { ...names, twins: loaded.knownTwins });
}
