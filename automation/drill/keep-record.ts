import { Failure } from "../../config/failure/failure.js";
import { expectSuccess } from "../../dynamic-providers/shell/shell.js";
import type { Crew, DrillPlan } from "./crew.js";
import { EXIT_OTHER_DRILL, RECORD, recordScript } from "./record.js";

/** Nothing is changed before this stands. */
export async function keepRecord(
  plan: Pick<DrillPlan, "drill" | "node" | "keeper" | "hasDevice" | "maintenance">,
  { changes, step }: Pick<Crew, "changes" | "step">,
): Promise<void> {
  const { drill, node, keeper, hasDevice, maintenance } = plan;
  step(`Writing down on ${keeper} what is to be restored; a timer there does so in any case.`);
  const shell = changes(keeper);
  const done = await shell.run(recordScript({ drill, node, maintenance, switchOn: hasDevice }), {
    timeoutMs: 30_000,
    repeatable: false,
    verb: `record the drill of ${node}`,
  });
  if (done.status === EXIT_OTHER_DRILL) {
    throw new Failure("refused", {
      tried: `drill ${drill} of ${node}`,
      where: keeper,
      cameBack: `another drill is recorded in ${RECORD} there`,
      doNext: "Wait until it is over. Nothing was changed.",
    });
  }
  expectSuccess(done, {
    tried: `recording the drill of ${node}`,
    node: keeper,
    doNext: `Nothing was changed. Look at the free space and at ${RECORD} there.`,
  });
}
