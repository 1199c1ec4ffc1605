import { list } from "../../../config/findings/enumeration.js";
import { type Blank, changes, HERE, inText, on, reads, STACK_FILE, type Step } from "../page.js";
import {
  controllersOf,
  deadOf,
  hasFencers,
  membersOf,
  type NodeNow,
  type Scene,
  spokesman,
} from "../scene.js";
import type { Topic } from "../topic.js";

const GUEST: Blank = {
  name: "guest",
  from: "the number in the name of a file that the step before printed: 101.conf is 101",
};

export const deadNode: Topic = {
  title: "a node does not live any more: fence it, save its guests, bring it back or replace it",
  lacks: ({ nodes }) => (nodes.length < 2 ? "this stack has a single node" : undefined),
  fits,
  steps: (scene) => {
    const { stack, plan } = scene;
    const [dead] = deadOf(scene);
    const node: string | Blank = dead?.node ?? {
      name: "node",
      from: "the dead node, by its name",
      oneOf: plan.nodes.map(({ name }) => name),
    };
    const name = inText(node);
    const helper = spokesman(scene, dead?.node);
    return [
      {
        title: "See who is left",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: `\`quorum with\` in the first line, and ${name} in no state \`member\``,
        otherwise: `\`NO QUORUM\`: \`npx proxmox-ha runbook ${stack} lost-quorum\` comes first. ${name} is a member: only the way from here to it is broken; nothing below is needed`,
      },
      ...isItOff(scene, node),
      ...guestsOf(scene, node, helper),
      ...comesBack(scene, node),
      ...replaced(scene, node),
    ];
  },
};

function fits(scene: Scene): string | undefined {
  const dead = deadOf(scene);
  const lost = scene.nodes.filter(
    ({ state, counted }) => state !== "member" && state !== "not asked" && counted === true,
  );
  return dead.length > 0
    ? `${list(dead.map(({ node }) => node))} ${dead.length === 1 ? "is" : "are"} not in the cluster, say ${list(membersOf(scene).map(({ node }) => node))}${dead.length === 1 ? "" : "; one after the other: this page is about the first"}`
    : lost.length > 0
      ? `${list(lost.map(({ node }) => node))} did not answer as a member, although the others count it in: look whether it is alive before anything else`
      : undefined;
}

/** Before anything of it may run elsewhere by hand. */
function isItOff(scene: Scene, node: string | Blank): readonly Step[] {
  const { stack } = scene;
  const name = inText(node);
  const controllers =
    typeof node === "string"
      ? controllersOf(scene, node)
      : "the controllers are listed at the top of this page";
  const byEye: Step = {
    title: `See with your own eyes whether ${name} is off`,
    where: { at: "elsewhere", what: `the console of ${name} (${controllers})` },
    expect: "it is dark, or it boots",
    otherwise: "it stands still and is on: hold its power button, or pull its plug",
  };
  return hasFencers(scene)
    ? [
        {
          title: "See what the fencers say of it",
          where: HERE,
          command: reads`npx proxmox-ha fence ${stack} status`,
          expect: `${name} \`is off, seen twice\`: then leave out the next two steps`,
          otherwise: "`NOT FENCED`, or nothing of it: do them both",
        },
        byEye,
        {
          title: "Tell the fencers that you have seen it off",
          where: HERE,
          command: changes`npx proxmox-ha fence ${stack} confirm-off ${node}`,
          destroys: `nothing, if it is off. Say it of a ${name} that is on, and what runs there may start a second time elsewhere and ruin its disks: the step before is the check`,
          expect: "that it stays off until it is switched on again",
          otherwise: "its controller says On: it is not off; go back one step",
        },
      ]
    : [byEye];
}

function guestsOf(scene: Scene, node: string | Blank, helper: NodeNow): readonly Step[] {
  const name = inText(node);
  const shared = scene.plan.storages
    .filter((one) => one.shared && /\b(images|rootdir)\b/.test(one.content.join(" ")))
    .map(({ id }) => id);
  return [
    {
      title: "See whether HA has started its guests elsewhere",
      where: on(helper),
      command: reads`ha-manager status`,
      expect: `each \`service\` with another node than ${name}, \`started\`; that takes about two minutes, three where ${name} was HA's master`,
      otherwise: `\`fence\` or \`recovery\` behind a service: wait. \`error\`: \`ha-manager set SERVICE --state disabled\`, then \`--state started\``,
    },
    {
      title: "See which guests nobody has started again",
      where: on(helper),
      command: reads`ls /etc/pve/nodes/${node}/qemu-server /etc/pve/nodes/${node}/lxc`,
      expect: "no file below either folder: nothing is left to do for guests",
      otherwise:
        shared.length === 0
          ? "each file is a guest that HA does not look after. This stack file has no shared storage for disks, so theirs are on the dead node: restore them from backups, or wait for the node"
          : `each file is a guest that HA does not look after. Those with all disks on ${list(shared)} can be taken over by the next two steps; others wait for the node, or for a restore`,
    },
    ...(shared.length === 0
      ? []
      : [
          {
            title: `Take over one of them (in /lxc the same with \`lxc\` and \`pct\`)`,
            where: on(helper),
            command: changes`mv /etc/pve/nodes/${node}/qemu-server/${GUEST}.conf /etc/pve/nodes/${helper.node}/qemu-server/`,
            destroys: `nothing, if ${name} is off. If it is on, two copies write on the same disks and ruin them: it has been seen off in the steps above, and nothing less will do`,
            expect: "nothing",
            otherwise: "`Permission denied`: there is no quorum",
          },
          {
            title: "Start it",
            where: on(helper),
            command: changes`qm start ${GUEST}`,
            expect: "nothing, and `qm status` says `running`",
            otherwise: `a disk is missing: it lies on ${name} itself. Move the file back`,
          },
        ]),
  ];
}

function comesBack(scene: Scene, node: string | Blank): readonly Step[] {
  const { stack } = scene;
  const name = inText(node);
  return [
    hasFencers(scene)
      ? {
          title: `Switch ${name} on, once you know why it died`,
          where: HERE,
          command: changes`npx proxmox-ha fence ${stack} on ${node}`,
          expect: "that it is on",
          otherwise: "it does not come on: it is dead for good, go on with the next step but one",
        }
      : {
          title: `Switch ${name} on, once you know why it died`,
          where: { at: "elsewhere", what: `the machine ${name}` },
          expect: "a login prompt on its console",
          otherwise: "it is dead for good: go on with the next step but one",
        },
    {
      title: "Wait until it is a member again",
      where: HERE,
      command: reads`npx proxmox-ha status ${stack}`,
      expect: `\`healthy\`; Ceph, where there is one, may take its time to copy what ${name} has missed. Then you are done`,
      otherwise: `${name} answers and is no member: \`systemctl status corosync pve-cluster\` there`,
    },
  ];
}

function replaced(scene: Scene, node: string | Blank): readonly Step[] {
  const { stack, plan } = scene;
  const name = inText(node);
  const installation =
    typeof node === "string"
      ? (plan.nodes.find((one) => one.name === node)?.installation ?? 1) + 1
      : undefined;
  return [
    {
      title: "Dead for good: say in the stack file that another machine takes its place",
      where: STACK_FILE,
      expect: `\`installation: ${installation ?? "one more than before, 2 where there is none"}\` at the node ${name}, and \`consent: { node.${name}: LAST-DAY }\`; its pin in \`access.hostKeys\`, where there is one, is the new machine's`,
      otherwise:
        "without a successor: take the node out of the file, with the same consent, and leave the next step out",
    },
    {
      title: "Write what the installer of the new machine needs, and install it",
      where: HERE,
      command: changes`npx proxmox-ha answer ${stack} ${node}`,
      expect: "the files that it wrote; `docs/installation.md` says how they become a medium",
      otherwise:
        "the file says nothing of `install`: install by hand, with the old name and address",
    },
    {
      title: "See what will be done",
      where: HERE,
      command: reads`npx proxmox-ha preview ${stack}`,
      expect: `that ${name} leaves and joins, and nothing that you do not expect (status 4)`,
      otherwise: "a refusal says what is in the way, above all guests that are still its own",
    },
    {
      title: "Do it",
      where: HERE,
      command: changes`npx proxmox-ha up ${stack}`,
      destroys: `the old ${name}'s vote, keys and place in the cluster; it is refused while the old machine is not known to be off. With Ceph: the preview says what becomes of its OSDs`,
      expect: "`healthy` at the end; then take the consent out of the file, `installation` stays",
      otherwise: "the error says what to do; run it again, nothing has to be undone",
    },
  ];
}
