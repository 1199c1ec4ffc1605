import { Failure } from "../../config/failure/failure.js";
import { list } from "../../config/findings/enumeration.js";
import { runJob } from "../../dynamic-providers/shell/job.js";
import { expectSuccess } from "../../dynamic-providers/shell/shell.js";
import { until } from "../../dynamic-providers/shell/until.js";
import { policies, systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { bootId, rebootAndWait } from "../../dynamic-providers/transport/ssh/reboot.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";
import { observeFencing } from "../fence/observe.js";
import { orSilent } from "../fence/or-silent.js";
import type { Stage } from "../fence/stage.js";
import type { UpgradedNode } from "../history/upgrades.js";
import { begin, end } from "../maintenance/course.js";
import { type Prepared, prepare } from "../maintenance/prepare.js";
import { observePackages } from "./facts.js";
import { againstPackages } from "./judge.js";
import { CEPH_ANEW, keptFiles, packagesJob, refreshJob } from "./packages-job.js";
import { type NodeUpgrade, restartReasons } from "./plan.js";

/** A node that is forgotten in the middle of its upgrade is told of by then. */
const OUT_FOR_S = 4 * 3_600;
/** A whole release of Proxmox over a slow line. */
const PACKAGES_MS = 2 * 3_600_000;
const EVERY_MS = 3_000;
const SETTLE_MS = 180_000;

/** One node: out of service, packages, restart where it is due, sound, back. Each step may be repeated, so that a run that was cut is gone on with from its first. */
export async function upgradeNode(
  stage: Stage,
  planned: NodeUpgrade,
  onOut: () => Promise<void>,
): Promise<UpgradedNode> {
  const { node } = planned;
  const began = Date.now();
  const prepared = await settled(stage, node);
  const objections = [
    ...(prepared.kind === "refused" ? prepared.objections : []),
    ...againstPackages(await observePackages(stage.looks(node))),
  ];
  if (prepared.kind === "refused" || objections.length > 0) {
    throw refused(node, objections, `Nothing was changed on ${node}.`);
  }
  await onOut();
  await begin(stage, prepared.begun, prepared.moves);
  try {
    const isRestarted = await renew(stage, planned);
    await end(stage, prepared.begun);
    return {
      node,
      seconds: Math.round((Date.now() - began) / 1_000),
      isRestarted,
      packages: planned.changes.length,
    };
  } catch (thrown) {
    stage.say(
      `${node} stays out of service. \`proxmox-ha upgrade ${stage.stack}\` goes on from here, \`proxmox-ha maintenance ${stage.stack} off ${node}\` brings it back as it is.`,
    );
    throw thrown;
  }
}

/** The others count on a node that has just come back only after a moment; what stands against the next one until then is waited for. */
async function settled(stage: Stage, node: string): Promise<Prepared> {
  let isTold = false;
  const { last } = await until(
    async () => {
      const sight = await observeFencing(stage.plan, stage.looks);
      const prepared = await prepare(stage, sight, node, OUT_FOR_S);
      if (prepared.kind === "refused" && !isTold) {
        isTold = true;
        stage.say(`Before ${node} it is waited for: ${prepared.objections.join("; ")}.`);
      }
      return prepared;
    },
    ({ kind }) => kind === "ready",
    { deadlineMs: SETTLE_MS, everyMs: EVERY_MS, clock: systemClock },
  );
  return last;
}

/** Has every node fetch its lists, before any of them is touched: one that cannot would be left behind by the others. */
export async function refresh(stage: Stage, nodes: readonly string[]): Promise<void> {
  const deadlineMs = stage.plan.deadlines.packages;
  await Promise.all(
    nodes.map((node) =>
      orSay(
        () => runJob(refreshJob(deadlineMs), stage.changes(node), systemClock),
        `${node} is as it was, and so are the others. See \`apt-get update\` there and its repositories, then run \`upgrade\` again.`,
      ),
    ),
  );
}

/** Whether the node was restarted for it. */
async function renew(stage: Stage, { node, ceph }: NodeUpgrade): Promise<boolean> {
  stage.say(`${node}: packages are upgraded.`);
  const log = await orSay(
    () => runJob(packagesJob(PACKAGES_MS), stage.changes(node), systemClock),
    `Mend what is named on ${node}, then run \`upgrade\` again: it mends what was cut in the middle by itself.`,
  );
  const kept = keptFiles(log);
  if (kept.length > 0) {
    stage.say(
      `${node}: ${list(kept)} stayed as changed there; what the package brings is beside it (.dpkg-dist).`,
    );
  }
  const due = restartReasons(await observePackages(stage.looks(node)));
  if (due.length > 0) {
    await restart(stage, node, due);
    return true;
  }
  if (ceph) {
    await renewCeph(stage, node);
  }
  return false;
}

async function renewCeph(stage: Stage, node: string): Promise<void> {
  stage.say(`${node}: Ceph's daemons start anew (monitor, manager, OSDs, metadata server).`);
  const done = await stage.changes(node).run(CEPH_ANEW, {
    timeoutMs: 300_000,
    repeatable: true,
    verb: "start Ceph's daemons anew",
  });
  expectSuccess(done, {
    tried: "to start Ceph's daemons anew",
    node,
    doNext: "Look at `systemctl --failed` there, then run `upgrade` again.",
  });
}

async function restart(stage: Stage, node: string, due: readonly string[]): Promise<void> {
  stage.say(`${node}: restarts (${due.join("; ")}).`);
  const host = hostOf(stage, node);
  const deadlineMs = stage.plan.deadlines.reboot;
  await orSay(
    () =>
      rebootAndWait(host, systemClock, new AbortController().signal, {
        ...policies.reboot,
        deadlineMs,
      }),
    `Look at the console of ${node} and mend its start or switch it on. No other node is upgraded meanwhile. Then run \`upgrade\` again: it goes on from here.`,
  );
  const { nextKernel, runningKernel } = await observePackages(stage.looks(node));
  if (nextKernel !== undefined && nextKernel !== runningKernel) {
    throw new Failure("failed", {
      tried: `to bring the new kernel of ${node} into effect`,
      where: node,
      cameBack: `it came back with ${runningKernel}, and ${nextKernel} was expected`,
      doNext:
        "See `proxmox-boot-tool status` and `proxmox-boot-tool kernel list` there. It is not restarted again before somebody runs `upgrade` again.",
    });
  }
}

function hostOf({ changes }: Stage, node: string): Shell & { readonly place: string } {
  const shell = changes(node);
  return { node, place: node, run: (script, options) => shell.run(script, options) };
}

/** Waits for a node on which an earlier run was cut: it may be starting anew. */
export async function untilItAnswers(stage: Stage, node: string): Promise<void> {
  const { last, waitedMs } = await until(
    () => orSilent(node, async () => ((await bootId(hostOf(stage, node))) === "" ? [node] : [])),
    (silent) => silent.length === 0,
    { deadlineMs: stage.plan.deadlines.reboot, everyMs: EVERY_MS, clock: systemClock },
  );
  if (last.length > 0) {
    throw new Failure("unreachable", {
      tried: `to go on with the upgrade of ${node}`,
      where: node,
      cameBack: `after ${Math.round(waitedMs / 1_000)} s ${last.join("; ")}`,
      doNext:
        "Look at its console and switch it on, then run `upgrade` again: it goes on from here.",
    });
  }
}

/** The words of a step that other verbs have as well, with what helps here. */
async function orSay<T>(work: () => Promise<T>, doNext: string): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    const { kind, tried, where, cameBack } = thrown;
    throw new Failure(kind, { tried, where, cameBack, doNext });
  }
}

export function refused(node: string, why: readonly string[], doNext: string): Failure {
  return new Failure("refused", {
    tried: node === "" ? "upgrade" : `to upgrade ${node}`,
    where: "",
    cameBack: why.join("; "),
    doNext,
  });
}
