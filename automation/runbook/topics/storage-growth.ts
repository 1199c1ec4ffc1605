import { list } from "../../../config/findings/enumeration.js";
import type { CephDiskRule } from "../../../config/plan/ceph-disks.js";
import { type Blank, changes, HERE, on, onOne, reads, STACK_FILE, type Step } from "../page.js";
import { lacksCeph, type NodeNow, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";
import { saysFull } from "./full-ceph.js";

const GUEST: Blank = { name: "guest", from: "the number of the guest" };
const DISK: Blank = { name: "disk", from: "as `qm config` calls it, such as scsi0" };

export const storageGrowth: Topic = {
  title: "more room: OSDs for Ceph, larger storages, larger disks of guests",
  fits: (scene) =>
    saysFull(scene) === undefined ? undefined : "Ceph says that it is getting full",
  steps: (scene) => {
    const asked = spokesman(scene);
    return [
      {
        title: "See what room there is",
        where: on(asked),
        command: reads`pvesm status`,
        expect: "`active` at each storage, with what is free",
        otherwise: "`inactive`: that storage does not answer, which is another matter than room",
      },
      ...moreOsds(scene, asked),
      ...largerServers(scene, asked),
      {
        title: "A larger disk for a guest of the stack file",
        where: STACK_FILE,
        expect: "the new `size` at the disk; a disk only grows. Then `preview` and `up` as below",
        otherwise: "a guest that the file does not name: the next step",
      },
      {
        title: "A larger disk for a guest that the file does not name",
        where: onOne("where it runs", scene.nodes),
        command: changes`qm resize ${GUEST} ${DISK} +10G`,
        destroys:
          "nothing, and there is no way back: no disk gets smaller. Inside of the guest its own tools do the rest",
        expect: "nothing, and `qm config` says the new size",
        otherwise: "the storage has no room for it",
      },
      {
        title: "See what a change of the stack file means",
        where: HERE,
        command: reads`npx proxmox-ha preview ${scene.stack}`,
        expect: "just the disks that you mean, each by name (status 4; without a change 0)",
        otherwise:
          "a rule means other disks than are there: the message lists every disk with what lies on it",
      },
      {
        title: "Do it",
        where: HERE,
        command: changes`npx proxmox-ha up ${scene.stack}`,
        destroys: "nothing: a disk that holds anything is refused, in the preview already",
        expect: "`healthy`; Ceph moves data for hours afterwards, and serves meanwhile",
        otherwise: "run it again, it goes on where it was",
      },
    ];
  },
};

function moreOsds(scene: Scene, asked: NodeNow): readonly Step[] {
  const { plan, nodes } = scene;
  if (plan.ceph === undefined || lacksCeph(plan) !== undefined) {
    return [];
  }
  const { disks } = plan.ceph;
  const hosts = nodes.filter(({ node }) => disks[node] !== undefined);
  const rules = [
    ...new Set(hosts.map(({ node }) => (disks[node] ?? []).map(ruleText).join(" and "))),
  ];
  return [
    {
      title: "Ceph: see which OSDs there are",
      where: on(asked),
      command: reads`ceph osd df tree`,
      expect: `${plan.ceph.osds.length} OSDs, \`up\`, on ${list(hosts.map(({ node }) => node))}`,
      otherwise: `one is down: \`npx proxmox-ha runbook ${scene.stack} stuck-pgs\` before it grows`,
    },
    {
      title: "Put the new disks in, as many on each host, and see that the hosts know them",
      where: on(...hosts),
      command: reads`lsblk -o NAME,SIZE,MODEL,SERIAL`,
      expect: "each new disk, with nothing below it",
      otherwise: "it is not there: the slot, or a restart of the host (`maintenance` first)",
    },
    {
      title: "Say in the stack file that they are meant",
      where: STACK_FILE,
      expect: `\`count\` under \`ceph.osds\` raised by as many; now it is ${list(rules)}`,
      otherwise: "another model or size: a rule of its own, beside the first",
    },
  ];
}

function ruleText(rule: CephDiskRule): string {
  return rule.by === "name" ? rule.path : `count ${rule.count} of model ${rule.model ?? "*"}`;
}

function largerServers({ plan }: Scene, asked: NodeNow): readonly Step[] {
  return plan.storages.flatMap((storage) => {
    if (storage.type === "nfs" || storage.type === "cifs" || storage.type === "pbs") {
      return [
        {
          title: `${storage.id}: make it larger at its server ${storage.server}, and see that the nodes have noticed`,
          where: on(asked),
          command: reads`pvesm status --storage ${storage.id}`,
          expect: "the new size, without any step here",
          otherwise: "the old size: the server's quota, or the file system below the export",
        },
      ];
    }
    return [];
  });
}
