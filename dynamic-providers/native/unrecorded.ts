import type { Host } from "../kit/runtime.js";
import { ask } from "../transport/pvesh/ask.js";
import { tell } from "../transport/pvesh/calls.js";
import { listsLook, presentOf, refusedTakingOver } from "./lists.js";
import { type NativeWish, pathOf } from "./native-schema.js";

const LOOK_MS = 60_000;
const CLEAR_MS = 60_000;

/**
 * What a run made and could not record, because it was killed before the engine had written the answer down. The next run would be told
 * for ever that it exists. It was not there before the program came and is as wished, so it goes and is made again; volumes stay where
 * they are.
 * @returns the paths that went
 */
export async function clearUnrecorded(
  host: Host,
  wishes: readonly NativeWish[],
): Promise<string[]> {
  const { parts, read } = listsLook(wishes, true);
  const said = await ask(host, parts, {
    verb: "look for what a cut run has made",
    timeoutMs: LOOK_MS,
    tried: "to look for what a cut run has made",
    doNext: "Check that the node answers and has quorum, then run `pulumi up` again.",
  });
  const lists = read(said);
  const against = refusedTakingOver(wishes, lists);
  if (against !== undefined) {
    throw against;
  }
  const paths = presentOf(wishes, lists).map(pathOf);
  for (const path of paths) {
    await ask(host, [tell("delete", path)], {
      verb: `clear ${path}, which a cut run has made`,
      timeoutMs: CLEAR_MS,
      tried: `to clear ${path}, which a cut run has made`,
      doNext: `Remove it by hand, or bring it under the program with \`pulumi import\`; then run \`pulumi up\` again.`,
    });
  }
  return paths;
}
