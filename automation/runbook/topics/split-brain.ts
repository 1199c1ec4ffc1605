import { list } from "../../../config/findings/enumeration.js";
import { type Blank, changes, HERE, on, reads } from "../page.js";
import { membersOf, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

const GUEST: Blank = { name: "guest", from: "the number of a guest that runs in both halves" };

export const splitBrain: Topic = {
  title: "the nodes see two clusters: which half counts, and how they become one again",
  lacks: ({ nodes }) => (nodes.length < 2 ? "this stack has a single node" : undefined),
  fits,
  steps: (scene) => {
    const { stack, plan } = scene;
    const asked = spokesman(scene);
    const loser = scene.nodes.find(({ state }) => state === "no quorum") ?? losingHalf(scene);
    return [
      {
        title: "See who calls itself quorate, node by node",
        where: on(...scene.nodes),
        command: reads`pvecm status`,
        expect: "the same `Ring ID` and the same nodes under `Membership information` everywhere",
        otherwise: `different ones: nodes with the same \`Ring ID\` are one half. The half with \`Quorate: Yes\` (${plan.corosync.quorum.quorum} of ${plan.corosync.quorum.expectedVotes} votes) is the cluster; the other one waits and does no harm. Two halves with \`Yes\`: somebody has used \`pvecm expected\`; go on at once`,
      },
      {
        title: "See what is cut",
        where: on(asked),
        command: reads`corosync-cfgtool -n`,
        expect: "every node `connected` on every link",
        otherwise: `the link that is not: ${plan.corosync.links
          .map(
            ({ number, network, addresses }) =>
              `link ${number} is ${network} (${Object.entries(addresses)
                .map(([node, address]) => `${node} ${address}`)
                .join(", ")})`,
          )
          .join("; ")}`,
      },
      {
        title: "See which virtual machines run in each half",
        where: on(...scene.nodes),
        command: reads`qm list`,
        expect: "each guest `running` on one node at most",
        otherwise:
          "one that runs twice writes twice on the same disk. Decide which half's copy is kept, and stop the other one by the next step but one, before anything else",
      },
      {
        title: "See which containers do",
        where: on(...scene.nodes),
        command: reads`pct list`,
        expect: "each `running` on one node at most",
        otherwise: "the same, with `pct stop`",
      },
      {
        title: "Only where a guest runs twice: stop the copy that is not kept",
        where: on(loser),
        command: changes`qm stop ${GUEST}`,
        destroys:
          "what this copy has not written yet. What both have written since the cut may be damaged already: have its backup at hand. Check before that the other half runs the copy that you keep",
        expect: "nothing, and `qm list` says `stopped`",
        otherwise: "it does not stop: switch the node off by its power button",
      },
      {
        title: "Mend the network, with the lesser half idle",
        where: { at: "elsewhere", what: "switches and cables between the halves" },
        expect: "`corosync-cfgtool -n` says `connected` again; the halves join by themselves",
        otherwise:
          "both halves called themselves quorate: switch the nodes of the lesser half off first, mend, and switch them on one after the other",
      },
      {
        title: "Only where /etc/pve of a node stays behind: start its cluster file system again",
        where: on(loser),
        command: changes`systemctl restart pve-cluster`,
        destroys:
          "nothing; /etc/pve is away on this node for a moment. What only the lesser half has written there loses against the other half",
        expect: "nothing, and the guests' files are back in /etc/pve",
        otherwise: "`journalctl -b -u pve-cluster` there",
      },
      {
        title: "See that there is one cluster",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: `quorum with all ${plan.corosync.quorum.expectedVotes} votes, and every link \`connected\``,
        otherwise: "once more from the top",
      },
    ];
  },
};

function fits(scene: Scene): string | undefined {
  const { parts, nodes } = scene;
  if (parts.length > 1) {
    return `members with quorum do not count the same nodes in: ${parts.map((names) => list(names)).join(" against ")}`;
  }
  const cut = nodes.filter(({ state }) => state === "no quorum").map(({ node }) => node);
  const others = membersOf(scene).map(({ node }) => node);
  return cut.length > 0 && others.length > 0
    ? `${list(cut)} ${cut.length === 1 ? "lives and is" : "live and are"} cut off from ${list(others)}, who have the quorum: one half waits, so nothing runs twice as long as its watchdogs work`
    : undefined;
}

/** The last node of the smallest half, or of the file. */
function losingHalf(scene: Scene) {
  const [smallest = []] = [...scene.parts].sort((a, b) => a.length - b.length);
  const { nodes } = scene;
  return (
    nodes.findLast(({ node }) => scene.parts.length > 1 && smallest.includes(node)) ??
    nodes.at(-1) ??
    spokesman(scene)
  );
}
