import { list } from "../../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../../config/plan/index.js";
import { type Blank, changes, HERE, on, onOne, reads, type Step } from "../page.js";
import { type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

const ARCHIVE: Blank = {
  name: "volume",
  from: "the first column of the list of backups; the day stands in its name",
};
const FREE: Blank = { name: "free", from: "a number that the step before does not show" };
const GUEST: Blank = { name: "guest", from: "the number of the guest" };

const backupStorages = ({ storages }: ClusterPlan) =>
  storages.filter(({ content }) => content.includes("backup"));

export const restore: Topic = {
  title: "a guest comes back from its backup, beside what is there or in its place",
  lacks: (plan) =>
    backupStorages(plan).length === 0
      ? "the stack file has no storage with `content: [backup]`; backups of others are where those keep them"
      : undefined,
  steps: (scene) => {
    const asked = spokesman(scene);
    const { plan } = scene;
    return [
      {
        title: "See that the storages of backups answer",
        where: on(asked),
        command: reads`pvesm status --content backup`,
        expect: `\`active\` at ${list(backupStorages(plan).map(({ id }) => id))}`,
        otherwise:
          "`inactive`: the server comes first; without it there is nothing to restore from",
      },
      ...backupStorages(plan).map(({ id }) => ({
        title: `See which backups lie on ${id}`,
        where: on(asked),
        command: reads`pvesm list ${id} --content backup`,
        expect:
          "volumes with their guest's number in the last column; the newest is the last of its number",
        otherwise:
          "none of the guest: look on the other storages, and at what the jobs save (`backup.jobs`)",
      })),
      ...tried(scene),
      {
        title: "See which numbers are taken, and whether the guest is still there",
        where: on(asked),
        command: reads`ls /etc/pve/nodes/*/qemu-server /etc/pve/nodes/*/lxc`,
        expect: "a file for each guest, below its node; its name is the number",
        otherwise: "it cannot be read: `lost-quorum` first",
      },
      {
        title: "Beside what is there: a virtual machine under a free number (to be preferred)",
        where: on(asked),
        command: changes`qmrestore ${ARCHIVE} ${FREE} --unique 1`,
        destroys:
          "nothing. Its addresses inside are those of the old one: do not start both with their network",
        expect: "`100%` and the end of the task without an error",
        otherwise: "no room, or a storage of the backup is gone: `--storage` names another",
      },
      {
        title: "The same for a container",
        where: on(asked),
        command: changes`pct restore ${FREE} ${ARCHIVE} --unique 1 --storage ${storageFor(plan)}`,
        destroys: "nothing",
        expect: "the end of the task without an error",
        otherwise: "the storage takes no containers: another one with `rootdir`",
      },
      ...inPlace(scene),
      {
        title: "See that the program takes it for the guest of the file",
        where: HERE,
        command: reads`npx proxmox-ha preview ${scene.stack}`,
        expect: "`nothing to change`, or what differs since the backup (status 4)",
        otherwise: "a refusal names what differs; write it into the file or mend it at the guest",
      },
    ];
  },
};

/** A drill needs a job that saves the guest. */
function tried({ plan, stack }: Scene): readonly Step[] {
  return plan.backupJobs.length === 0
    ? []
    : [
        {
          title:
            "Try it first: the newest backup comes up beside everything, unplugged, and is removed",
          where: HERE,
          command: changes`npx proxmox-ha drill ${stack} restore`,
          destroys: "nothing: its copy has a number that no guest has",
          expect: "that the copy ran; `--guest NAME` takes another guest than the smallest",
          otherwise:
            "what failed stands there: a backup that does not come up here does not either below",
        },
      ];
}

/** As the file and HA know the guest, so that the old one's disks go. */
function inPlace(scene: Scene): readonly Step[] {
  const itsNode = onOne("where the guest is", scene.nodes);
  const service: Blank = {
    name: "service",
    from: "`vm:` or `ct:` with the number of the guest",
    oneOf: scene.plan.ha.resources.map(({ sid }) => sid),
  };
  return [
    {
      title: "In its place: where HA looks after it, have HA let go of it",
      where: on(spokesman(scene)),
      command: changes`ha-manager set ${service} --state disabled`,
      destroys: "nothing; the guest is stopped",
      expect: "nothing, and `ha-manager status` says `disabled`",
      otherwise: "it is not under HA: `qm shutdown`, on its node",
    },
    {
      title: "Save what is there now, however damaged",
      where: itsNode,
      command: changes`vzdump ${GUEST} --storage ${backupStorages(scene.plan)[0]?.id ?? ""} --mode stop`,
      destroys: "nothing",
      expect: "`Finished Backup`",
      otherwise: "it cannot be saved any more: be sure that nothing on its disks is needed",
    },
    {
      title: "Restore it over itself",
      where: itsNode,
      command: changes`qmrestore ${ARCHIVE} ${GUEST} --force 1`,
      destroys:
        "all disks of the guest as they are now. Check before: the number in the name of the volume is the guest's, its day is the one you mean, and the step before went well",
      expect: "the end of the task without an error",
      otherwise:
        "it still runs: stop it first. A container: `pct restore` with number and volume the other way round. The backup of the step before brings back what was",
    },
    {
      title: "Give it back to HA",
      where: on(spokesman(scene)),
      command: changes`ha-manager set ${service} --state started`,
      expect: "`ha-manager status` says `started` after a minute",
      otherwise: "`error`: `disabled` once more, then `started`",
    },
  ];
}

function storageFor({ storages }: ClusterPlan): string | Blank {
  const fit = storages.filter(({ content }) => content.includes("rootdir")).map(({ id }) => id);
  return fit[0] ?? { name: "storage", from: "a storage that takes `rootdir`: `pvesm status`" };
}
