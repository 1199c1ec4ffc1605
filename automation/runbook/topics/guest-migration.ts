import { list } from "../../../config/findings/enumeration.js";
import { type Blank, changes, HERE, inText, on, onOne, reads, type Step } from "../page.js";
import { type GuestNow, membersOf, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

export const guestMigration: Topic = {
  title: "guests go to another node: one, or all of a node",
  lacks: ({ nodes }) => (nodes.length < 2 ? "this stack has a single node" : undefined),
  steps: (scene) => {
    const { stack } = scene;
    const underHa = movable(scene, true);
    const from = underHa?.node ?? movable(scene, false)?.node;
    const source = scene.nodes.find(({ node }) => node === from) ?? spokesman(scene);
    return [
      {
        title: "See that all is well before anything moves",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: "`healthy`, and every node a `member`",
        otherwise: "mend that first: a move in a sick cluster may end nowhere",
      },
      {
        title: `See what the others bear without ${source.node}`,
        where: HERE,
        command: reads`npx proxmox-ha whatif ${stack} --lose ${source.node}`,
        expect: "`goes on` behind `Guests`, with the node to which each one goes",
        otherwise: "`STOPS`: its sentences name the guests that have no other home, and why",
      },
      {
        title: "See where the guests of HA are",
        where: on(spokesman(scene)),
        command: reads`ha-manager status`,
        expect: "a line `service` for each, with its node",
        otherwise: "`quorum` is not `OK`: nothing may be moved now",
      },
      oneOfHa(scene, underHa),
      {
        title: "See which virtual machines run there that HA does not know",
        where: on(source),
        command: reads`qm list`,
        expect: "their numbers; those of the step before are HA's",
        otherwise: "none: done",
      },
      {
        title: "See which containers do",
        where: on(source),
        command: reads`pct list`,
        expect: "the same",
        otherwise: "none: done",
      },
      ...byHand(scene),
      {
        title: `All of ${source.node} at once, so that it can be switched off`,
        where: HERE,
        command: changes`npx proxmox-ha maintenance ${stack} on ${source.node}`,
        destroys: "nothing: it asks quorum, memory and Ceph first, and refuses",
        expect: `that ${source.node} is out of service, until when`,
        otherwise: "it names what is in the way, and has put everything back",
      },
      {
        title: "And back",
        where: HERE,
        command: changes`npx proxmox-ha maintenance ${stack} off ${source.node}`,
        expect: "the guests that it moves back",
        otherwise: "it waits for a sound member and a clean Ceph, and says for what",
      },
    ];
  },
};

/** One that runs now; of several the first. */
function movable({ guests }: Scene, underHa: boolean): GuestNow | undefined {
  return guests.find(({ ha }) => (underHa ? ha === "started" : ha === undefined));
}

/** Where it may go: a member that is not its own, and none that a strict placement leaves out. */
function targetOf(scene: Scene, sid: string | undefined, from: string | undefined): string | Blank {
  const strict = scene.plan.ha.placements.find(
    (one) => one.strict && sid !== undefined && one.resources.includes(sid),
  );
  const allowed = (node: string) =>
    node !== from && (strict === undefined || strict.nodes[node] !== undefined);
  const found = membersOf(scene).find(({ node }) => allowed(node));
  return (
    found?.node ?? {
      name: "target",
      from: `the node to which it goes${strict === undefined ? "" : `; the placement ${strict.name} allows ${list(Object.keys(strict.nodes))} alone`}`,
      oneOf: scene.nodes.map(({ node }) => node).filter(allowed),
    }
  );
}

function oneOfHa(scene: Scene, guest: GuestNow | undefined): Step {
  const known = guest === undefined ? undefined : `${guest.kind}:${guest.id}`;
  const sid: string | Blank = known ?? {
    name: "service",
    from: "`vm:` or `ct:` with its number, from the step before",
    oneOf: scene.plan.ha.resources.map((one) => one.sid),
  };
  const target = targetOf(scene, known, guest?.node);
  return {
    title: `One of HA's: have HA move ${inText(sid)}${guest === undefined ? "" : ` away from ${guest.node}`}`,
    where: on(spokesman(scene)),
    command: changes`ha-manager crm-command migrate ${sid} ${target}`,
    destroys:
      "nothing; a virtual machine runs on, a container is restarted. A placement that prefers another node brings it back",
    expect: `nothing; within a minute \`ha-manager status\` has ${inText(sid)} on ${inText(target)}, \`started\``,
    otherwise:
      "it stays: `journalctl -u pve-ha-lrm` on its node; a local disk or a device of the host keeps it there",
  };
}

function byHand(scene: Scene): readonly Step[] {
  const guest = movable(scene, false);
  const home = scene.nodes.find(({ node }) => node === guest?.node);
  // Of a guest that nobody has named, only a look on the nodes can tell where it is.
  const where = home === undefined ? onOne("where it runs", scene.nodes) : on(home);
  const target: string | Blank =
    home === undefined
      ? {
          name: "target",
          from: "the node to which it goes, another than its own",
          oneOf: scene.nodes.map(({ node }) => node),
        }
      : targetOf(scene, undefined, home.node);
  const id = (kind: GuestNow["kind"]): number | Blank =>
    guest?.kind === kind
      ? guest.id
      : { name: "guest", from: `a number that \`${kind === "vm" ? "qm" : "pct"} list\` printed` };
  return [
    {
      title: "A virtual machine that HA does not know, while it runs",
      where,
      command: changes`qm migrate ${id("vm")} ${target} --online`,
      destroys: "nothing",
      expect: "`migration finished successfully`",
      otherwise:
        "`can't migrate` with a local disk: `--with-local-disks` copies it, which takes long; with a device of the host: shut it down first",
    },
    {
      title: "A container that HA does not know, which is restarted for that",
      where,
      command: changes`pct migrate ${id("ct")} ${target} --restart`,
      destroys: "nothing; it is away for some seconds",
      expect: "`migration finished successfully`",
      otherwise:
        "it has a volume on a storage of this node alone: it stays, or is restored elsewhere from a backup",
    },
  ];
}
