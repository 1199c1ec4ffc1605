import { Failure } from "../../../config/failure/failure.js";
import { SLOT_KINDS } from "../../../config/plan/ceph-slots.js";
import type { Context, Host } from "../../kit/runtime.js";
import { runJob } from "../../shell/job.js";
import { until } from "../../shell/until.js";
import { startTask } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { consents, named } from "../meant-disks.js";
import { runCephStep } from "../step.js";
import { makePartition } from "./partitions.js";
import { hindrance } from "./plan.js";
import { type CephOsdsInputs, type ChosenDisk, osdsOn, type Slot } from "./schema.js";
import { DO_NEXT, extentOf, lookAtDisks } from "./sight.js";

const UNIT = "proxmox-ha-ceph-osd";

/** Proxmox makes one at a time on a host. What an earlier run has begun may have ended since the first look. */
export async function make(
  disk: ChosenDisk,
  state: CephOsdsInputs,
  context: Context,
  host: Host,
): Promise<void> {
  await makeOn(disk, state, context, host);
  await untilKnown(disk, state, context, host);
}

/**
 * Ceph counts an OSD to its host from its first start on; until then what lies on the disk looks like another Ceph's. One that takes a
 * number over has its place already, and is made when it is up.
 */
async function untilKnown(
  disk: ChosenDisk,
  state: CephOsdsInputs,
  { clock }: Context,
  host: Host,
): Promise<void> {
  const waited = await until(
    async () => {
      const { found, seen } = await lookAtDisks(host, () => false, extentOf(state));
      const now = found.find(({ names }) => names.includes(disk.path));
      const on = now?.osd === undefined ? [] : numbersOn(now);
      return { on, up: on.filter((osd) => seen.osds.some(({ id, up }) => id === osd && up)) };
    },
    ({ up }) => up.length >= osdsOn(disk),
    { deadlineMs: state.osdDeadlineMs, everyMs: 2_000, clock },
  );
  const { on } = waited.last;
  if (on.length > 0 && on.length < osdsOn(disk)) {
    throw halfMade(disk, on, host.node);
  }
}

async function makeOn(
  disk: ChosenDisk,
  state: CephOsdsInputs,
  context: Context,
  host: Host,
): Promise<void> {
  const { leaving, osdDeadlineMs } = state;
  const { found, seen } = await lookAtDisks(
    host,
    ({ names }) =>
      [disk, disk.db, disk.wal].some((one) => one !== undefined && names.includes(one.path)),
    extentOf(state),
  );
  const now = found.find(({ names }) => names.includes(disk.path));
  if (now?.osd !== undefined) {
    return;
  }
  const why = hindrance(disk, now, found);
  if (why !== undefined) {
    throw refused(host.node, [why]);
  }
  if (now === undefined) {
    await makePartition(disk, found, osdDeadlineMs, context, host);
  } else {
    await empty(now, disk.path, osdDeadlineMs, context, host);
  }
  for (const slot of [disk.db, disk.wal]) {
    const carrier = found.find(({ names }) => slot !== undefined && names.includes(slot.path));
    if (carrier !== undefined && slot?.wipe?.what === carrier.used) {
      await empty(carrier, slot?.path ?? "", osdDeadlineMs, context, host);
    }
  }
  const numbers = leaving.flatMap(({ osd, heir }) =>
    heir === disk.path && seen.osds.some(({ id, destroyed }) => id === osd && destroyed)
      ? [osd]
      : [],
  );
  const doing = `making ${osdsOn(disk) === 1 ? "the OSD" : `${osdsOn(disk)} OSDs`} on ${disk.path} of ${host.node}`;
  const step = { unit: UNIT, doing, deadlineMs: osdDeadlineMs };
  if (numbers.length > 0) {
    await runJob({ ...step, script: remakeScript(disk, numbers) }, host, context.clock);
    return;
  }
  const task = startTask("create", apiPath("create", `/nodes/${host.node}/ceph/osd`), {
    dev: disk.path,
    "crush-device-class": disk.class,
    ...(disk.encrypted ? { encrypted: true } : {}),
    ...(disk.db && { db_dev: disk.db.path, db_dev_size: inGib(disk.db) }),
    ...(disk.wal && { wal_dev: disk.wal.path, wal_dev_size: inGib(disk.wal) }),
    ...(disk.perDevice === undefined ? {} : { "osds-per-device": disk.perDevice }),
  });
  await runCephStep({ ...step, task, doNext: DO_NEXT }, host, context.clock);
}

/** What a consent is for; a blank disk stays as it is. */
async function empty(
  { used, device, foreignOsd, slots }: FoundDisk,
  path: string,
  deadlineMs: number,
  { clock }: Context,
  host: Host,
): Promise<void> {
  if (used === undefined) {
    return;
  }
  const step = { unit: UNIT, doing: `wiping ${path} of ${host.node}`, deadlineMs };
  if (foreignOsd === undefined && slots === undefined) {
    const task = startTask("set", apiPath("set", `/nodes/${host.node}/disks/wipedisk`), {
      disk: device,
    });
    await runCephStep({ ...step, task, doNext: DO_NEXT }, host, clock);
  } else {
    await runJob({ ...step, script: sh`ceph-volume lvm zap --destroy ${device}` }, host, clock);
  }
}

/** Slots are whole pieces of 4 MiB, so the number is exact. */
const inGib = ({ slotBytes }: Slot): number => slotBytes / 2 ** 30;

/** Proxmox's own call knows no number, so this is what it runs, with one. The key lies where Proxmox puts it, if this host never had an OSD. */
function remakeScript(disk: ChosenDisk, osds: readonly number[]): string {
  const words = ["--crush-device-class", disk.class, ...(disk.encrypted ? ["--dmcrypt"] : [])];
  const ids = osds.map(String);
  const device = raw(sh`"$(readlink -f ${disk.path})"`);
  const slots = SLOT_KINDS.flatMap((kind) => {
    const slot = disk[kind];
    return slot === undefined
      ? []
      : [
          sh` ${`--block.${kind}`} "$(readlink -f ${slot.path})" ${`--block.${kind}-size`} ${slot.slotBytes}`,
        ];
  });
  return [
    "key=/var/lib/ceph/bootstrap-osd/ceph.keyring",
    'test -s "$key" || ceph auth get client.bootstrap-osd -o "$key" || exit',
    "exec 8>/run/lock/pve-diskmanage.lck && flock -w 60 8 || exit 75",
    disk.perDevice === undefined
      ? sh`ceph-volume lvm create --osd-id ${ids} --data ${device} ${words}${raw(slots.join(""))} || exit`
      : sh`ceph-volume lvm batch ${words} --osds-per-device ${disk.perDevice} --osd-ids ${ids} --yes --no-auto -- ${device} || exit`,
    sh`ceph osd in ${ids}`,
  ].join("\n");
}

function halfMade({ path, perDevice }: ChosenDisk, on: readonly number[], node: string): Failure {
  return new Failure("failed", {
    tried: `to make ${perDevice} OSDs on ${path}`,
    where: node,
    cameBack: `it carries ${named(on)} alone; making the rest was cut by the host itself`,
    doNext: `Run \`pulumi up\` again ${consents(on)}: the disk is emptied then and gets all of them.`,
  });
}

export function refused(node: string, against: readonly string[]): Failure {
  return new Failure("refused", {
    tried: "to choose disks for OSDs",
    where: node,
    cameBack: `refused: ${against.join("; ")}. No disk was touched`,
    doNext:
      "Correct `ceph.osds` of the stack file so that it means the right disks. Only if nobody needs what lies on a disk, or an OSD is to leave it, consent to that by the name that is told above, with its last day, under `consent`.",
  });
}
