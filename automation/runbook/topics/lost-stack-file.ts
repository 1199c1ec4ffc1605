import { type Blank, changes, HERE, on, type Place, reads, type Step } from "../page.js";
import { type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

const COPY: Blank = { name: "copy", from: "the file that was found, or written anew" };

export const lostStackFile: Topic = {
  title: "Pulumi.<stack>.yaml is gone: where copies lie, and how it is written anew",
  steps: (scene) => stepsOf(scene.stack, on(spokesman(scene)), scene),
};

/** The page where there is no file to make it from. */
export function withoutFile(stack: string): readonly Step[] {
  return stepsOf(stack, { at: "elsewhere", what: "any node of the cluster, as root" }, undefined);
}

function stepsOf(stack: string, anyNode: Place, scene: Scene | undefined): readonly Step[] {
  const file = `Pulumi.${stack}.yaml`;
  const ask = (
    title: string,
    command: NonNullable<Step["command"]>,
    expect: string,
    otherwise: string,
  ): Step => ({ title, where: anyNode, command, expect, otherwise });
  return [
    {
      title: "Look for the copy of the last run, and in version control",
      where: { at: "elsewhere", what: "the machines that the program has run on" },
      expect: `\`~/.local/state/proxmox-ha/project/${file}\` (or below PROXMOX_HA_STATE) is the whole file as of the last run, with one line \`encryptionsalt\` more, which is left out`,
      otherwise: `none: \`npx proxmox-ha init ${stack} --from ADDRESS...\` with an address of each node writes most of it anew and says what it could not; the next steps and \`docs/configuration.md\` are for the rest`,
    },
    ask(
      "The cluster's name, its nodes with ids and addresses, its links",
      reads`cat /etc/pve/corosync.conf`,
      "`cluster_name`; for each node `name`, `nodeid` and an address a link; `nodes.<name>.id` has to be the `nodeid`",
      "it is not there: this node is in no cluster; ask another one",
    ),
    ask(
      "Interfaces and networks, on each node",
      reads`cat /etc/network/interfaces`,
      "bridges, bonds, VLANs and addresses for `interfaces` and `networks`",
      "`ls /etc/network/interfaces.d` has more of it",
    ),
    ask(
      "Storages",
      reads`cat /etc/pve/storage.cfg`,
      "for each its kind, server, path and `content`",
      "empty but for `local`: there are none",
    ),
    ask(
      "What HA looks after",
      reads`ha-manager config`,
      "a section a guest; placements are rules in `/etc/pve/ha/rules.cfg` (Proxmox VE 9) or groups in `groups.cfg` (8)",
      "nothing: HA looks after nobody",
    ),
    ...(scene?.plan.ceph === undefined && scene !== undefined
      ? []
      : [
          ask(
            "Ceph, where there is one",
            reads`cat /etc/pve/ceph.conf`,
            "networks and monitors; `ceph osd tree`, `ceph osd pool ls detail` and `ceph config dump` have the rest",
            "it is not there: no Ceph",
          ),
        ]),
    {
      title: "See whether the file is whole, as long as it takes",
      where: HERE,
      command: reads`npx proxmox-ha validate ${scene === undefined ? COPY : stack}`,
      expect: "nothing wrong",
      otherwise: "each finding has its line and what to write instead",
    },
    {
      title: "Compare it with what is there",
      where: HERE,
      command: reads`npx proxmox-ha preview ${scene === undefined ? COPY : stack}`,
      expect: "`nothing to change`, or that things are taken over as they are (status 4)",
      otherwise:
        "each difference is refused with `there -> wanted`: write what is there into the file. Leave `adopt` out until nothing else is left",
    },
    {
      title: "Go on with it, and put it into version control",
      where: HERE,
      command: changes`npx proxmox-ha up ${scene === undefined ? COPY : stack}`,
      destroys: "nothing that the preview did not name; what the file leaves out stays",
      expect: "`healthy`",
      otherwise: "the error says what to do",
    },
  ];
}
