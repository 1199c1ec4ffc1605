import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { confirm } from "../confirm.js";
import { byCtrlC } from "../engine/by-ctrl-c.js";
import type { ExitStatus } from "../engine/exit-status.js";
import { stackFolder } from "../engine/stack-folder.js";
import { onStage } from "../fence/on-stage.js";
import { keepDrill } from "../history/drills.js";
import { visible } from "../visible.js";
import { carryOut } from "./carry-out.js";
import { DRILLS, type DrillOrder } from "./order.js";
import { renderOutcome } from "./outcome.js";

export interface DrillRequest extends Omit<DrillOrder, "drill"> {
  readonly stack: string;
  readonly drill: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `drill`: proves on purpose, on a sound cluster, what is relied on at night. */
export async function runDrill(request: DrillRequest): Promise<ExitStatus> {
  const { json, yes } = request;
  const drill = DRILLS.find((one) => one === request.drill);
  if (drill === undefined) {
    throw badInput(`There is no drill ${request.drill}.`, othersThan(request.drill, DRILLS));
  }
  refuseForeignOptions(drill, request);
  return await onStage(request.stack, json, "drill", async (stage) => {
    const outcome = await carryOut({ ...request, drill }, stage, {
      confirm: (node, otherwise) => confirm(node, { yes, otherwise }),
      stops: byCtrlC,
    });
    process.stdout.write(json ? `${JSON.stringify(outcome)}\n` : visible(renderOutcome(outcome)));
    keepDrill(stackFolder(stage.stack), stage.stack, outcome, stage.say);
    return outcome.status;
  });
}

/** A drill that silently passed over what it was told would be taken for more than it was. */
function refuseForeignOptions(
  drill: (typeof DRILLS)[number],
  { node, master, guest, each }: DrillRequest,
): void {
  const ofNodes = [...(node === undefined ? [] : ["--node"]), ...(master ? ["--master"] : [])];
  const ofRestores = [...(guest === undefined ? [] : ["--guest"]), ...(each ? ["--each"] : [])];
  const foreign =
    drill === "security" ? [...ofNodes, ...ofRestores] : drill === "restore" ? ofNodes : ofRestores;
  if (foreign.length > 0) {
    throw badInput(
      `\`drill ${drill}\` knows no ${foreign.join(" and ")}.`,
      drill === "restore" ? "It takes `--guest NAME` or `--each`." : "Leave it out.",
    );
  }
}
