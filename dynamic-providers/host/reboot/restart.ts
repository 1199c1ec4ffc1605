import { Failure } from "../../../config/failure/failure.js";
import { observeCeph } from "../../health/ceph-margin.js";
import { reasons } from "../../health/condition.js";
import { healthyMember, services } from "../../health/member.js";
import { spareForRestart } from "../../health/spare.js";
import type { Host } from "../../kit/runtime.js";
import { observeGuests } from "../../membership/guests.js";
import { endMaintenance, evacuate } from "../../membership/maintenance.js";
import { observe, observeUnsettled } from "../../membership/observe.js";
import { look } from "../../shell/shell.js";
import { policies, poll } from "../../transport/base/clock.js";
import { sh } from "../../transport/ssh/quoting.js";
import { rebootAndWait } from "../../transport/ssh/reboot.js";
import { freeData, givenUp, keepData } from "./data.js";
import { observeReboot, type RebootFacts, type RebootRecord, writeRecord } from "./facts.js";
import type { RestartPolicy } from "./policy.js";

/** What the cluster was prepared with for the restart, and is freed of afterwards. */
type Held = Pick<RebootRecord, "maintenance" | "noout">;
export const NOTHING_HELD: Held = { maintenance: false };

const AGAIN = "run `pulumi up` again";

/** Restarts a host that is in no cluster: nothing but guests of its own can suffer. */
export async function restartFresh(
  reasons: readonly string[],
  facts: RebootFacts,
  host: Host,
  policy: RestartPolicy,
): Promise<void> {
  refuseGuests(host, (await observeGuests(host, false)).unmanaged);
  await restart({ before: facts.bootId, reasons, maintenance: false }, host, policy);
  await awaitServices(host, policy);
}

/** Restarts a member: only when the cluster can spare it, without its guests, and healthy again before this returns. */
export async function restartMember(
  reasons: readonly string[],
  facts: RebootFacts,
  host: Host,
  policy: RestartPolicy,
): Promise<void> {
  const ours = facts.record?.maintenance === true;
  const guests = await orBack(ours, host, policy, async () => {
    await refuseThinMargin(host);
    const found = await observeGuests(host, true);
    refuseGuests(host, found.unmanaged);
    return found;
  });
  // Maintenance that a person ordered stays when the restart is over.
  const maintenance = ours || (guests.managed.length > 0 && !guests.inMaintenance);
  if (guests.managed.length > 0) {
    policy.say(`${host.node}: HA moves ${guests.managed.join(", ")} to other nodes`);
    await writeRecord({ before: facts.bootId, reasons, maintenance }, host);
    await orBack(maintenance, host, policy, async () => {
      const { evacuationDeadlineMs: deadlineMs, clock } = policy;
      await evacuate(host, { deadlineMs, clock, purpose: "a restart", again: AGAIN });
      // Moving guests takes its time, and the cluster may have lost something meanwhile.
      await refuseThinMargin(host);
    });
  }
  const record = { before: facts.bootId, reasons, maintenance };
  const noout = await orBack(maintenance, host, policy, () => keepData(record, host, policy));
  await restart({ ...record, noout }, host, policy);
  await finishMember({ maintenance, noout }, host, policy);
}

/** What is left to do once a restarted member answers; also when the run that restarted it was cut. */
export async function finishMember(
  { maintenance, noout }: Held,
  host: Host,
  policy: RestartPolicy,
): Promise<void> {
  await awaitMember(host, policy);
  if (noout === true) {
    await freeData(host, policy);
  }
  if (maintenance) {
    await endMaintenance(host, {
      deadlineMs: policy.evacuationDeadlineMs,
      clock: policy.clock,
      again: AGAIN,
    });
  }
}

/** A host in no cluster is back when Proxmox's services are. */
export async function awaitServices(host: Host, policy: RestartPolicy): Promise<void> {
  const wanted = ["pve-cluster", "pveproxy"];
  await poll(
    async () => {
      const said = await look(host, {
        script: sh`systemctl is-active ${wanted}; true`,
        timeoutMs: 20_000,
        verb: "look at Proxmox's services",
      });
      const states = said.trim().split("\n");
      const byName = Object.fromEntries(wanted.map((name, at) => [name, states[at] ?? ""]));
      return services(host.node, byName, wanted);
    },
    ({ met }) => met,
    {
      deadlineMs: policy.quorumDeadlineMs,
      firstDelayMs: 1_000,
      factor: 1.3,
      longestDelayMs: 5_000,
    },
    ({ evidence }, waitedMs) =>
      new Failure("failed", {
        tried: "waiting for Proxmox after a restart",
        where: host.place,
        cameBack: `after ${Math.round(waitedMs / 1000)} s ${evidence}`,
        doNext:
          "Look at `journalctl -b -u pve-cluster -u pveproxy` there, then run `pulumi up` again.",
      }),
    policy.clock,
    policy.cancellation.signal,
  );
}

/** When the node is not restarted after all, it does not stay in the program's maintenance. */
async function orBack<T>(
  maintenance: boolean,
  host: Host,
  policy: RestartPolicy,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (maintenance) {
      await endMaintenance(host, {
        deadlineMs: policy.quorumDeadlineMs,
        clock: policy.clock,
        again: AGAIN,
      });
      await writeRecord(undefined, host);
    }
    throw thrown;
  }
}

async function restart(record: RebootRecord, host: Host, policy: RestartPolicy): Promise<void> {
  const { clock, cancellation, rebootDeadlineMs, console } = policy;
  await writeRecord(record, host);
  policy.say(`${host.node}: restarts (${record.reasons.join("; ")})`);
  const began = clock.now();
  try {
    await rebootAndWait(host, clock, cancellation.signal, {
      ...policies.reboot,
      deadlineMs: rebootDeadlineMs,
    });
  } catch (thrown) {
    cancellation.signal.throwIfAborted();
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    const how =
      console === ""
        ? " (screen and keyboard: the stack file names no management controller for it)"
        : ` through ${console}`;
    throw new Failure("unreachable", {
      tried: `restarting ${host.node}`,
      where: host.place,
      cameBack: `it is ${thrown.cameBack}; its last boot id was ${record.before}, and no other member is restarted${await givenUp(record, host, policy)}`,
      doNext: `Look at its console${how} and switch it on or mend its start. Then run \`pulumi up\` again: it goes on from here.`,
    });
  }
  host.forget();
  policy.say(`${host.node}: back after ${Math.round((clock.now() - began) / 1000)} s`);
}

async function refuseThinMargin(host: Host): Promise<void> {
  const against = reasons(spareForRestart(host.node, await observe(host, [])));
  const ceph = against.length > 0 ? [] : (await observeCeph(host)).against;
  const all = [...against, ...ceph];
  if (all.length > 0) {
    throw new Failure("refused", {
      tried: `restarting ${host.node}`,
      where: host.node,
      cameBack: `refused, because the cluster cannot spare it now: ${all.join("; ")}`,
      doNext: "The node was not restarted. Bring back what is missing, then run `pulumi up` again.",
    });
  }
}

function refuseGuests(host: Host, unmanaged: readonly string[]): void {
  if (unmanaged.length > 0) {
    throw new Failure("refused", {
      tried: `restarting ${host.node}`,
      where: host.node,
      cameBack: `refused, because guests run there that HA does not look after: ${unmanaged.join(", ")}`,
      doNext:
        "The node was not restarted. Move or stop them, or give them to HA, then run `pulumi up` again.",
    });
  }
}

async function awaitMember(host: Host, policy: RestartPolicy): Promise<void> {
  const { clock, cancellation } = policy;
  const pace = { firstDelayMs: 1_000, factor: 1.3, longestDelayMs: 5_000 };
  const look = async (): Promise<readonly string[]> =>
    reasons(healthyMember(host.node, await observeUnsettled(host, [])));
  const failure = (what: string) => (last: readonly string[], waitedMs: number) =>
    new Failure("failed", {
      tried: `waiting for ${what} after the restart`,
      where: host.place,
      cameBack: `after ${Math.round(waitedMs / 1000)} s: ${last.join("; ")}`,
      doNext:
        "The host is up, and no other member is restarted. Look at `pvecm status` and `journalctl -b -u corosync -u pve-cluster` there, then run `pulumi up` again.",
    });
  await poll(
    look,
    (found) => found.length === 0,
    { deadlineMs: policy.quorumDeadlineMs, ...pace },
    failure("the cluster"),
    clock,
    cancellation.signal,
  );
  await poll(
    async () => (await observeCeph(host)).against,
    (found) => found.length === 0,
    { deadlineMs: policy.cephDeadlineMs, ...pace },
    (last, waitedMs) =>
      new Failure("failed", {
        tried: "waiting for Ceph after the restart",
        where: host.place,
        cameBack: `after ${Math.round(waitedMs / 1000)} s: ${last.join("; ")}`,
        doNext:
          "The host is up, and no other member is restarted. Look at `ceph health detail` there, then run `pulumi up` again.",
      }),
    clock,
    cancellation.signal,
  );
}

/** What a restart has come to: the record goes, unless it was in vain; then it keeps the next run from trying again. */
export async function closeRecord(
  reasons: readonly string[],
  host: Host,
  left: (facts: RebootFacts) => readonly string[],
): Promise<void> {
  const facts = await observeReboot(host);
  const still = left(facts).filter((reason) => reasons.includes(reason));
  if (still.length === 0 || facts.bootId === facts.record?.before) {
    await writeRecord(undefined, host);
    return;
  }
  await writeRecord(
    { before: facts.record?.before ?? "", after: facts.bootId, reasons, maintenance: false },
    host,
  );
  throw fruitless(host.node, still);
}

/** A restart that changed nothing is not repeated. */
export function fruitless(node: string, reasons: readonly string[]): Failure {
  return new Failure("failed", {
    tried: `bringing into effect what ${node} was restarted for`,
    where: node,
    cameBack: `${node} was restarted, and still ${reasons.join("; ")}`,
    doNext:
      "It is not restarted again for that. Compare /proc/cmdline with /etc/kernel/cmdline and /etc/default/grub there, and see which loader starts it (`proxmox-boot-tool status`). A restart by hand after mending it, or taking the wish out of the stack file, settles it.",
  });
}
