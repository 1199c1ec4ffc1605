import { type Blank, changes, HERE, on, reads, type Step } from "../page.js";
import { lacksCeph, type NodeNow, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

const VOLUME: Blank = {
  name: "volume",
  from: "a name of the first column of `pvesm list`, as storage:name",
};
const NAME: Blank = { name: "name", from: "the part of that behind the colon" };

/** Ceph's own marks: nearfull, backfillfull and full OSDs and pools. */
export const saysFull = ({ view }: Scene): string | undefined =>
  view?.ceph?.warnings.find((line) => /full\b/i.test(line));

export const fullCeph: Topic = {
  title: "Ceph is full, or about to be: writes wait, what can go, what gives room",
  lacks: lacksCeph,
  fits: (scene) => {
    const full = saysFull(scene);
    return full === undefined ? undefined : `Ceph warns: ${full}`;
  },
  steps: (scene) => {
    const { stack } = scene;
    const asked = spokesman(scene);
    return [
      {
        title: "See how full it is",
        where: on(asked),
        command: reads`ceph df`,
        expect: "`%RAW USED` below 75; a pool's `MAX AVAIL` is what still goes into it",
        otherwise: "85 is Ceph's first mark, at 90 it heals no more, at 95 every write waits",
      },
      {
        title: "See whether it is a few OSDs alone",
        where: on(asked),
        command: reads`ceph osd df tree`,
        expect: "`%USE` alike everywhere",
        otherwise:
          "one far above the others: the next step but one. Alike and high: room is needed",
      },
      {
        title: "See what Ceph says of it",
        where: on(asked),
        command: reads`ceph health detail`,
        expect: "no `OSD_NEARFULL`, `OSD_BACKFILLFULL`, `OSD_FULL`, `POOL_FULL`",
        otherwise:
          "`POOL_FULL` without a full OSD: the pool's own quota, `quota` in the stack file",
      },
      {
        title: "See whether Ceph spreads its data by itself",
        where: on(asked),
        command: reads`ceph balancer status`,
        expect: '`"active": true`',
        otherwise: "`ceph balancer on` moves data slowly from full to empty OSDs",
      },
      ...unneeded(scene, asked),
      {
        title: "Only where every write waits, deletions as well: give a little way, for an hour",
        where: on(asked),
        command: changes`ceph osd set-full-ratio 0.97`,
        destroys:
          "nothing now. An OSD that comes to 100 % starts no more and its data may be lost: delete at once, and set it back with the next step",
        expect: "`osd set-full-ratio 0.97`",
        otherwise: "Ceph does not answer: `stuck-pgs` comes first",
      },
      {
        title: "Set it back",
        where: on(asked),
        command: changes`ceph osd set-full-ratio 0.95`,
        expect: "`osd set-full-ratio 0.95`, and `ceph df` shows the room",
        otherwise: "every write waits again: more has to go",
      },
      {
        title: "Give it more room",
        where: HERE,
        command: reads`npx proxmox-ha runbook ${stack} storage-growth`,
        expect: "the steps for more disks",
        otherwise: "no disk is to be had: move guests' disks to another storage, in the stack file",
      },
    ];
  },
};

function unneeded({ plan }: Scene, asked: NodeNow): readonly Step[] {
  const ofCeph = plan.storages.filter(({ type }) => type === "rbd" || type === "cephfs");
  return ofCeph.length === 0
    ? []
    : [
        ...ofCeph.map(({ id }) => ({
          title: `See what lies on ${id}`,
          where: on(asked),
          command: reads`pvesm list ${id}`,
          expect: "volumes with the number of their guest in the last column",
          otherwise: "a guest that is not there any more, old ISO images: the next two steps",
        })),
        {
          title: "See whether any guest still names a volume",
          where: on(asked),
          command: reads`grep -rn -- ${NAME} /etc/pve/nodes`,
          expect: "no line, and status 1: nobody names it",
          otherwise: "a line: a guest needs it. Leave it",
        },
        {
          title: "Delete it",
          where: on(asked),
          command: changes`pvesm free ${VOLUME}`,
          destroys:
            "the volume with all that is in it, and nobody brings it back. The step before is the check; a snapshot of a guest may need it as well",
          expect: "`Removed volume`; `ceph df` shows the room within minutes",
          otherwise: "it is in use, or has snapshots: leave it",
        },
      ];
}
