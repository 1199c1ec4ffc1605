import { list } from "../../../config/findings/enumeration.js";
import { type Blank, changes, HERE, on, reads, type Step } from "../page.js";
import { controllersOf, type NodeNow, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

export const lostQuorum: Topic = {
  title: "too few votes are left: /etc/pve is read-only and nothing can be started",
  fits: ({ view }) =>
    view?.quorum.known === true && !view.quorum.quorate
      ? `${list(view.nodes.filter(({ state }) => state === "no quorum").map(({ node }) => node))} answered, without quorum: ${view.quorum.needed} of ${view.quorum.expected} votes are needed`
      : undefined,
  steps: (scene) => {
    const { stack, plan } = scene;
    const asked = spokesman(scene);
    const missing = scene.nodes.filter(
      ({ node, state }) => node !== asked.node && ["unreachable", "late"].includes(state),
    );
    const others = scene.nodes.filter(({ node }) => node !== asked.node);
    const wanted = missing.length === 0 ? others : missing;
    return [
      {
        title: "See whether it is so",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: `\`NO QUORUM\`, with who says so. Running guests go on; those of HA are stopped by the watchdog of their node after about a minute`,
        otherwise:
          "`quorum with`: it is over. `no node answered`: that says nothing about quorum, only about the way from here; look at the network between here and the nodes first",
      },
      {
        title: "See what a node that lives counts",
        where: on(asked),
        command: reads`pvecm status`,
        expect: `\`Quorate: Yes\`, and \`Total votes\` at least ${quorumOf(scene)} of ${plan.corosync.quorum.expectedVotes}`,
        otherwise:
          "`Quorate: No`: the nodes that `Membership information` does not list are missing",
      },
      {
        title: "See whether it is the network that is missing, and not the nodes",
        where: on(asked),
        command: reads`corosync-cfgtool -n`,
        expect: `every node \`connected\` on ${list(plan.corosync.links.map(({ number, network }) => `link ${number} (${network})`))}`,
        otherwise:
          "a node that is on and not connected: cable, switch, VLAN or a packet filter before its address; mend that, and the quorum comes back by itself",
      },
      ...deviceOf(scene, asked),
      ...wanted.map((one) => broughtBack(scene, one)),
      {
        title: "See that a node that came back does its work",
        where: on(wanted[0] ?? asked),
        command: reads`systemctl status --no-pager corosync pve-cluster`,
        expect: "`active (running)` twice",
        otherwise: "`journalctl -b -u corosync -u pve-cluster` there says why",
      },
      lastResort(scene, asked),
      {
        title: "See that all is well again",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: "`quorum with` in the first line",
        otherwise: `a node is dead for good: \`npx proxmox-ha runbook ${stack} dead-node\``,
      },
    ];
  },
};

const quorumOf = ({ view, plan }: Scene): number =>
  view?.quorum.needed ?? plan.corosync.quorum.quorum;

function broughtBack(scene: Scene, { node, address }: NodeNow): Step {
  return {
    title: `Bring ${node} back`,
    where: { at: "elsewhere", what: `the console of ${node} (${controllersOf(scene, node)})` },
    expect: `a login prompt, and ${address} answers; no fencer switches anything while there is no quorum, so switch it on by hand`,
    otherwise: "it does not start: the next node; one more vote is what counts",
  };
}

function deviceOf({ plan }: Scene, asked: NodeNow): readonly Step[] {
  const device = plan.corosync.quorum.qdevice;
  return device === undefined
    ? []
    : [
        {
          title: `See whether the device at ${device.address} gives its vote`,
          where: on(asked),
          command: reads`corosync-qdevice-tool -s`,
          expect: "`State: Connected`",
          otherwise: `\`systemctl status corosync-qnetd\` on ${device.address}; TCP 5403 from the nodes to it`,
        },
      ];
}

function lastResort(scene: Scene, asked: NodeNow): Step {
  const others = scene.nodes.filter(({ node }) => node !== asked.node);
  const { votes = 0 } = asked;
  const counted: number | Blank =
    asked.state === "no quorum" && votes > 0
      ? votes
      : { name: "votes", from: "the number behind `Total votes` of `pvecm status` there" };
  return {
    title:
      "Only if they cannot be brought back tonight, and are certainly off: let the rest decide alone",
    where: on(asked),
    command: changes`pvecm expected ${counted}`,
    destroys: `the protection against two clusters. If one of the others lives and runs guests, the same guests run twice and ruin their disks. Check before: each of ${list(others.map(({ node }) => `${node} (${controllersOf(scene, node)})`))} that is not listed by \`pvecm status\` has been SEEN off`,
    expect: "nothing, and `pvecm status` says `Quorate: Yes`",
    otherwise: "leave it. When the others come back, they are counted again by themselves",
  };
}
