import { Failure } from "../../../config/failure/failure.js";
import { stays } from "../../../config/plan/ceph-stays.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { HostShell } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import { ask } from "../../transport/pvesh/ask.js";
import type { Part } from "../../transport/pvesh/part.js";
import { isAnew } from "../../transport/ssh/connection.js";
import { tellCeph } from "../ceph-command.js";
import {
  clearRemains,
  type Found,
  foundIn,
  keptOf,
  LINK_CONFIGURATION,
  listOf,
  makeDaemon,
  type Role,
} from "../daemons.js";
import { OF_NODE, seenBy } from "../shared-looks.js";
import { runCephStep } from "../step.js";
import { strikeDaemon } from "../strike.js";
import { type CephDaemonInputs, cephDaemonInputs, cephDaemonOutputs } from "./schema.js";

const DO_NEXT =
  "Look at `ceph -s` and at `journalctl -u 'ceph-*'` there, then run `pulumi up` again.";
/**
 * Proxmox holds one lock for all monitors of a cluster, and a second run waits for it no longer than that. A metadata server is written
 * into the same file without any lock.
 */
const TURN = "ceph.conf";

/** What Ceph says of a daemon, and whether its host has it. */
interface SeenDaemon {
  readonly found: Found;
  readonly kept: boolean;
}

/** A monitor, a manager or a metadata server of one node. One that is there is taken over; none is removed with its line in the file. */
export const cephDaemon = defineProvider<
  CephDaemonInputs,
  CephDaemonInputs,
  SeenDaemon,
  "make" | "remake"
>({
  kind: "pveceph/daemon",
  schemaVersion: 1,
  inputs: cephDaemonInputs,
  state: cephDaemonInputs,
  identity: ["role"],
  deadlineMs: 600_000,
  foundFirst: true,
  subject: ({ connection, role }) => `the ${role} of ${connection.node}`,
  id: ({ connection, role }) => `${connection.node}/${role}`,
  remember: (inputs) => inputs,
  observe: ({ connection, role }, context) => find(seenBy(context, connection, OF_NODE), role),
  plan(wanted, { found, kept }, before) {
    if (wanted === undefined) {
      return [];
    }
    const add = { kind: "add", path: wanted.role, to: "serving" } as const;
    if (found === "absent") {
      return [{ ...add, from: "absent", step: "make" }];
    }
    // Ceph counts a daemon for a while that nobody is behind any more.
    return found === "lost" || (!kept && isAnew(before?.connection, wanted.connection))
      ? [{ ...add, from: "lost with its machine", step: "remake" }]
      : [];
  },
  async apply(changes, { connection, role, pageAddress, startDeadlineMs }, context) {
    const host = context.host(connection);
    const clear = (): Promise<void> =>
      strikeDaemon(role, host.node, host, context.clock, {
        deadlineMs: startDeadlineMs,
        doNext: DO_NEXT,
      });
    const make = async (): Promise<void> => {
      if (role === "metadata server") {
        await ask(host, [LINK_CONFIGURATION], {
          verb: "link Ceph's configuration",
          timeoutMs: 60_000,
          repeatable: true,
          tried: "to link /etc/ceph/ceph.conf to the cluster's configuration",
          doNext: DO_NEXT,
        });
      }
      await runCephStep(
        {
          unit: `proxmox-ha-ceph-${role.replace(" ", "-")}`,
          doing: `making the ${role} of ${host.node}`,
          before: [
            clearRemains(role, host.node),
            ...(pageAddress === undefined ? [] : [pageAt(host.node, pageAddress)]),
          ],
          task: makeDaemon(role, host.node),
          deadlineMs: startDeadlineMs,
          doNext: DO_NEXT,
        },
        host,
        context.clock,
      );
      const waited = await until(
        () => find(host, role),
        ({ found }) => found === "serving",
        { deadlineMs: startDeadlineMs, everyMs: 2_000, clock: context.clock },
      );
      if (waited.last.found !== "serving") {
        throw notServing(host.node, role, waited.waitedMs);
      }
    };
    const lost = changes.some(({ step }) => step === "remake");
    // A manager's books are the living managers themselves, and making one asks nothing of an earlier one.
    const work = lost && role !== "manager" ? async () => clear().then(make) : make;
    await (role === "manager" ? work() : context.locks.hold(TURN, work));
  },
  outputs: told(cephDaemonOutputs, ({ found }) => ({ found })),
  gone: ({ found }) => found === "absent",
  forgotten: ({ found }, { connection: { node }, role }) =>
    found === "absent" ? undefined : stays.daemon(role, node),
});

/**
 * A manager that comes to a running page would serve it on all its addresses until somebody told it otherwise. Before the first manager
 * no monitor knows this option, so it is set by force.
 */
const pageAt = (node: string, address: string): Part<void> =>
  tellCeph("config", "set", "mgr", `mgr/dashboard/${node}/server_addr`, address, "--force");

async function find(host: HostShell, role: Role): Promise<SeenDaemon> {
  const list = listOf(role, host.node);
  const kept = keptOf(role, host.node);
  const said = await ask(host, [list, kept], {
    verb: `look at the ${role}s of Ceph`,
    timeoutMs: 120_000,
    tried: `to look at the ${role}s of Ceph`,
    doNext: DO_NEXT,
  });
  const isKept = said.of(kept);
  return { found: foundIn(said.of(list), role, host.node, isKept), kept: isKept };
}

function notServing(node: string, role: Role, waitedMs: number): Failure {
  return new Failure("failed", {
    tried: `to make the ${role} of ${node}`,
    where: node,
    cameBack: `it was made, and after ${Math.round(waitedMs / 1_000)} s ${role === "monitor" ? "it is in no quorum" : "it neither serves nor stands by"}`,
    doNext: DO_NEXT,
  });
}
