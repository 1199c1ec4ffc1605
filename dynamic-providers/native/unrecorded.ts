import { expectSuccess, look } from "../host/shell.js";
import type { Host } from "../kit/runtime.js";
import { command } from "../transport/ssh/quoting.js";
import { listsScript, parseLists, presentOf, refusedTakingOver } from "./lists.js";
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
  const looked = await look(host, {
    script: listsScript(wishes, true),
    timeoutMs: LOOK_MS,
    verb: "look for what a cut run has made",
    doNext: "Check that the node answers and has quorum, then run `pulumi up` again.",
  });
  const lists = parseLists(looked);
  const against = refusedTakingOver(wishes, lists);
  if (against !== undefined) {
    throw against;
  }
  const paths = presentOf(wishes, lists).map(pathOf);
  for (const path of paths) {
    const cleared = await host.run(command("pvesh", "delete", path), {
      timeoutMs: CLEAR_MS,
      repeatable: false,
      verb: `clear ${path}, which a cut run has made`,
    });
    expectSuccess(cleared, {
      tried: `clearing ${path}, which a cut run has made`,
      node: host.node,
      doNext: `Remove it by hand, or bring it under the program with \`pulumi import\`; then run \`pulumi up\` again.`,
    });
  }
  return paths;
}
