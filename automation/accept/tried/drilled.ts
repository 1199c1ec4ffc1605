import { carryOut } from "../../drill/carry-out.js";
import type { DrillOrder } from "../../drill/order.js";
import type { DrillOutcome } from "../../drill/outcome.js";
import type { NodeDrill } from "../../drill/record.js";
import { stackFolder } from "../../engine/stack-folder.js";
import { keepDrill } from "../../history/drills.js";
import { type Judged, notTried } from "../judged.js";
import type { Scene } from "../test.js";
import { judgeDrill } from "./judge.js";
import { atRest } from "./rest.js";
import { victimOf } from "./victim.js";

/** A drill as the command has it, written down as its own. */
export async function drilled(
  { stage, orderer }: Scene,
  order: Pick<DrillOrder, "drill" | "node">,
): Promise<DrillOutcome> {
  const outcome = await carryOut({ ...order, master: false, each: false }, stage, orderer);
  keepDrill(stackFolder(stage.stack), stage.stack, outcome, stage.say);
  return outcome;
}

/** A drill that takes a node away, of whichever node suits it. */
export async function nodeDrilled(scene: Scene, drill: NodeDrill): Promise<Judged> {
  const { stage } = scene;
  const { sight, unrest } = await atRest(stage);
  if (unrest.length > 0) {
    return notTried(`the cluster does not come to rest: ${unrest.join("; ")}`);
  }
  const node = scene.node ?? victimOf(stage.plan, sight, drill);
  if (node === undefined) {
    return notTried(
      "there is no node with a power device and a started guest under HA; start one, or name a node with `--node`",
    );
  }
  return judgeDrill(await drilled(scene, { drill, node }));
}
