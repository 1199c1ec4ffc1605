import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { until } from "../../shell/until.js";
import { ask } from "../../transport/pvesh/ask.js";
import { startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { runCephStep } from "../step.js";
import { gateFor } from "./gate.js";
import { behindOf, planRelease, type ReleaseStep } from "./plan.js";
import { type CephReleaseInputs, cephReleaseInputs, cephReleaseOutputs } from "./schema.js";
import { type ReleaseFacts, RUNNING, type RunningDaemon } from "./sight.js";

const DO_NEXT =
  "Look at `ceph -s`, `ceph versions` and `ceph health detail` there, mend what they name, then run `pulumi up` again: it goes on with the next daemon.";

/** Every daemon of Ceph is started again, one at a time, behind packages of a newer release; each only while the others serve without it. */
export const cephRelease = defineProvider<
  CephReleaseInputs,
  CephReleaseInputs,
  ReleaseFacts,
  ReleaseStep
>({
  kind: "pveceph/release",
  schemaVersion: 1,
  inputs: cephReleaseInputs,
  state: cephReleaseInputs,
  identity: [],
  deadlineMs: 14_400_000,
  subject: ({ cluster }) => `the release of Ceph's daemons in ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph-release`,
  remember: (inputs) => inputs,
  observe: ({ connection }, context) => lookAtAll(context.host(connection)),
  plan: planRelease,
  async apply(changes, state, context) {
    const host = context.host(state.connection);
    for (const { step } of changes) {
      if (step.do === "restart") {
        await restart(step.daemon, state, host, context);
      } else if (step.do === "follow") {
        const words = ["fs", "set", step.filesystem, "allow_standby_replay", String(step.may)];
        await tellAll(host, [tellCeph(...words)], {
          verb: `${step.may ? "let" : "keep"} a metadata server ${step.may ? "follow" : "from following"} that of ${step.filesystem}`,
          doNext: DO_NEXT,
        });
      } else {
        await tellAll(host, [tellCeph("osd", "require-osd-release", state.release)], {
          verb: `shut OSDs below ${state.release} out`,
          doNext: DO_NEXT,
        });
      }
    }
  },
  outputs: told(cephReleaseOutputs, (facts, { release }) => ({
    behind: behindOf(release, facts).map(({ kind, id }) => `${kind}.${id}`),
  })),
});

async function lookAtAll(host: Host): Promise<ReleaseFacts> {
  const said = await ask(host, [RUNNING], {
    verb: "look which release Ceph's daemons run",
    timeoutMs: 420_000,
    tried: "to look which release Ceph's daemons run",
    doNext: DO_NEXT,
  });
  return said.of(RUNNING);
}

async function restart(
  daemon: RunningDaemon,
  { release, stepDeadlineMs, waitDeadlineMs }: CephReleaseInputs,
  host: Host,
  context: Context,
): Promise<void> {
  const name = `${daemon.kind}.${daemon.id}`;
  const gate = gateFor(daemon);
  const waited = await until(
    async () => {
      const said = await ask(host, [gate], {
        verb: `ask whether ${name} may restart`,
        timeoutMs: 180_000,
        tried: `to ask whether ${name} may restart`,
        doNext: DO_NEXT,
      });
      return said.of(gate);
    },
    (against) => against.length === 0,
    { deadlineMs: waitDeadlineMs, everyMs: 3_000, clock: context.clock },
  );
  if (waited.last.length > 0) {
    throw paused(host, name, release, waited.last.join("; "), waited.waitedMs);
  }
  context.log.say(`${name} on ${daemon.host} goes from ${daemon.release} to ${release}`);
  await runCephStep(
    {
      unit: `proxmox-ha-ceph-restart-${daemon.kind}-${daemon.id}`,
      doing: `restarting ${name} on ${daemon.host}`,
      task: startTask("create", apiPath("create", `/nodes/${daemon.host}/ceph/restart`), {
        service: name,
      }),
      deadlineMs: stepDeadlineMs,
      doNext: DO_NEXT,
    },
    host,
    context.clock,
  );
  const after = await until(
    async () =>
      (await lookAtAll(host)).daemons.find(
        ({ kind, id }) => kind === daemon.kind && id === daemon.id,
      )?.release ?? "none",
    (running) => running === release,
    { deadlineMs: stepDeadlineMs, everyMs: 2_000, clock: context.clock },
  );
  if (after.last !== release) {
    throw paused(host, name, release, `it was restarted and runs ${after.last}`, after.waitedMs);
  }
}

function paused(host: Host, name: string, release: string, why: string, waitedMs: number): Failure {
  return new Failure("failed", {
    tried: `to bring ${name} to ${release}`,
    where: host.node,
    cameBack: `the upgrade pauses after ${Math.round(waitedMs / 1_000)} s: ${why}`,
    doNext: `Daemons of two releases serve together meanwhile. ${DO_NEXT}`,
  });
}
