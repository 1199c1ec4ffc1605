import { Failure } from "../../../config/failure/failure.js";
import type { Context, Host } from "../../kit/runtime.js";
import { runJob } from "../../shell/job.js";
import { expectSuccess } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import { ask } from "../../transport/pvesh/ask.js";
import { startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { sh } from "../../transport/ssh/quoting.js";
import { runCephStep } from "../step.js";
import { type Gate, gateFor, mayBegin, type Stage, stageOf } from "./leaving.js";
import { isWhole } from "./lost-slots.js";
import { retype } from "./partitions.js";
import type { CephOsdsInputs, LeavingOsd } from "./schema.js";
import { DO_NEXT, extentOf, lookAtDisks } from "./sight.js";

/** How often a person who waits hears how far it is. */
const TOLD_EVERY_MS = 60_000;
/** What was done and is not so afterwards is done again, and not for ever. */
const TRIES = 3;

/** An OSD leaves step by step; before each step host and Ceph are looked at once more. */
export async function retire(
  leaving: LeavingOsd,
  state: CephOsdsInputs,
  context: Context,
  host: Host,
): Promise<void> {
  const { drainDeadlineMs, osdDeadlineMs } = state;
  const { osd } = leaving;
  const tried: Stage[] = [];
  for (;;) {
    const sight = await lookAtDisks(host, () => false, extentOf(state));
    const stage = stageOf(leaving, sight);
    if (stage === "done") {
      return;
    }
    if (tried.filter((one) => one === stage).length >= TRIES) {
      throw stuck(osd, host.node, TOLD[stage]);
    }
    tried.push(stage);
    const now = sight.seen.osds.find(({ id }) => id === osd);
    const dead = now?.up === false && !isWhole(osd, sight.found);
    if (stage !== "wipe") {
      await awaitGate(osd, stage, dead, drainDeadlineMs, context, host);
    }
    context.log.say(`${host.node}: osd.${osd} ${TOLD[stage]}`);
    if (stage === "wipe" || stage === "remove") {
      await retype(leaving, sight.found, context, host);
    }
    await perform(stage, osd, osdDeadlineMs, context, host);
  }
}

const TOLD: Readonly<Record<Exclude<Stage, "done">, string>> = {
  out: "is taken out; its data goes elsewhere",
  stop: "is stopped; its data lies elsewhere in full",
  destroy: "is given up; its number waits for the other disk",
  remove: "is removed",
  wipe: "is wiped from its old disk",
};

async function awaitGate(
  osd: number,
  stage: Stage,
  dead: boolean,
  deadlineMs: number,
  { clock, log }: Context,
  host: Host,
): Promise<void> {
  const part = gateFor(osd);
  let toldAt = clock.now();
  const waited = await until(
    async () => {
      const said = await ask(host, [part], {
        verb: `ask whether osd.${osd} may leave`,
        timeoutMs: 120_000,
        tried: `to ask whether osd.${osd} may leave`,
        doNext: "Look at `ceph -s` there, then run `pulumi up` again.",
      });
      const gate: Gate = said.of(part);
      if (clock.now() - toldAt >= TOLD_EVERY_MS) {
        toldAt = clock.now();
        log.say(`${host.node}: osd.${osd} still has to wait: ${gate.said}`);
      }
      return gate;
    },
    (gate) => mayBegin(stage, gate, dead),
    // Before anything has begun nothing gets better by waiting.
    { deadlineMs: stage === "out" ? 0 : deadlineMs, everyMs: 5_000, clock },
  );
  if (!mayBegin(stage, waited.last, dead)) {
    throw stage === "out" ? below(osd, host.node, waited.last) : late(osd, host.node, waited.last);
  }
}

async function perform(
  stage: Exclude<Stage, "done">,
  osd: number,
  deadlineMs: number,
  { clock }: Context,
  host: Host,
): Promise<void> {
  const { node } = host;
  switch (stage) {
    case "out":
      return await tell(host, `taking osd.${osd} out`, sh`timeout 60 ceph osd out ${osd}`);
    case "stop":
      return await tell(
        host,
        `stopping osd.${osd}`,
        sh`systemctl stop ${`ceph-osd@${osd}.service`} && timeout 60 ceph osd down ${osd}`,
      );
    case "destroy":
      return await tell(
        host,
        `giving osd.${osd} up`,
        sh`timeout 60 ceph osd destroy ${osd} --yes-i-really-mean-it`,
      );
    case "wipe":
      await runJob(
        {
          unit: "proxmox-ha-ceph-osd",
          doing: `wiping what is left of osd.${osd} on ${node}`,
          script: sh`ceph-volume lvm zap --osd-id ${osd} --destroy`,
          deadlineMs,
        },
        host,
        clock,
      );
      return;
    case "remove":
      return await runCephStep(
        {
          unit: "proxmox-ha-ceph-osd",
          doing: `removing osd.${osd} of ${node}`,
          task: startTask("delete", apiPath("delete", `/nodes/${node}/ceph/osd/${osd}`), {
            cleanup: true,
          }),
          deadlineMs,
          doNext: DO_NEXT,
        },
        host,
        clock,
      );
  }
}

async function tell(host: Host, doing: string, script: string): Promise<void> {
  const result = await host.run(script, { timeoutMs: 90_000, repeatable: true, verb: doing });
  expectSuccess(result, { tried: doing, node: host.node, doNext: DO_NEXT });
}

function below(osd: number, node: string, { said }: Gate): Failure {
  return new Failure("refused", {
    tried: `to take osd.${osd} out`,
    where: node,
    cameBack: `refused, nothing was changed: placement groups would have too few copies to serve without it (${said})`,
    doNext:
      "Mend what `ceph health detail` names until `ceph osd ok-to-stop` agrees, then run `pulumi up` again.",
  });
}

function stuck(osd: number, node: string, told: string): Failure {
  return new Failure("failed", {
    tried: `to let osd.${osd} leave`,
    where: node,
    cameBack: `that it ${told} was done three times, and it is not so`,
    doNext: `Look at \`ceph osd tree\` and \`journalctl -u ceph-osd@${osd}\` there: something starts it again. Then run \`pulumi up\` again.`,
  });
}

function late(osd: number, node: string, { said }: Gate): Failure {
  return new Failure("failed", {
    tried: `to wait until osd.${osd} can be spared`,
    where: node,
    cameBack: `its data does not lie elsewhere in full yet: ${said}`,
    doNext:
      "Ceph goes on moving it. Run `pulumi up` again later, or raise `deadlines.ceph`; `ceph osd in` takes the OSD back.",
  });
}
