import { describe, expect, it } from "vitest";
import { clusterView } from "../../../../automation/status/cluster-view.js";
import { type NodeView, parseNodeView } from "../../../../automation/status/node-view.js";
import { renderClusterView } from "../../../../automation/status/render.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "../../config/plan/stacks.js";

const silent = (stack: "frege" | "homelab", late = false) => {
  const plan = planCluster(specOf(stack));
  const views = plan.nodes.map(({ name, address }) => ({
    node: name,
    address,
    reachable: false as const,
    late,
    why: late ? "took the connection and did not answer within 8 s" : "no answer within 2 s",
  }));
  return clusterView(plan, views);
};

const PARTS = "\n@@proxmox-ha@@";
const CONF = `totem {
  cluster_name: ms01
  config_version: 3
  version: 2
}
nodelist {
  node {
    name: frege
    nodeid: 1
    ring0_addr: 10.203.3.11
  }
}`;

/** A node's answer as the script prints it. */
function answer(
  node: string,
  {
    conf = CONF,
    quorum = "Yes",
    storages = "",
    ha = "",
    closed = "",
    away = false,
    more = "",
    upgrade = "",
  },
): NodeView {
  const nodes = { frege: { id: 1, online: 1 } };
  const members = JSON.stringify({
    cluster: { quorate: quorum === "Yes" ? 1 : 0 },
    nodelist: nodes,
  });
  const membership = [
    `${PARTS}version\npve-manager/9.2.11/abc (running kernel: 6.14)`,
    `${PARTS}conf\n${conf}`,
    `${PARTS}members\n${members}`,
    away ? `${PARTS}conf 32\n${PARTS}pve-cluster\ninactive${PARTS}local-conf\n${CONF}` : "",
    more,
    `${PARTS}quorum\nQuorate:          ${quorum}\nExpected votes:   3\nTotal votes:      2`,
  ].join("");
  const mark = "\n@@proxmox-ha-status@@";
  const text = `${membership}${mark}closed\n${closed}${mark}storages\n${storages}${mark}ha\n${ha}${mark}maintenance\n1780000000\n${mark}upgrade\n${upgrade}`;
  return parseNodeView(node, "10.203.3.11", text);
}

function seen(...views: readonly NodeView[]) {
  const plan = planCluster(specOf("frege"));
  const rest = silent("frege").nodes.filter(({ node }) => !views.some((one) => one.node === node));
  return clusterView(plan, [
    ...views,
    ...rest.map(({ node, address, detail }) => ({
      node,
      address,
      reachable: false as const,
      late: false,
      why: detail,
    })),
  ]);
}

describe("placements and losses", () => {
  it("say of each placement who follows it, and of each node what its loss means", () => {
    const text = renderClusterView(silent("homelab"));
    expect(text).toMatch(
      /ai-workloads +pve-aimax-01 100 and nowhere else +no guest follows it yet/,
    );
    expect(text).toMatch(/general +pve-ms01-01 100, pve-ms01-02 100 and nowhere else +vm:120/);
    expect(text).toMatch(/without pve-ms01-02 +quorum stays +vm:120 goes to pve-ms01-01/);
  });

  it("tell placements and who follows them before anybody was asked, the preferred node first", () => {
    const text = renderClusterView(silent("frege"));
    expect(text).toMatch(/ms01-cluster +frege 100, russell 50, wittgenstein 50 +vm:100/);
    expect(text).toMatch(/without frege +quorum stays +vm:100 goes to russell/);
    expect(text).toMatch(/without russell +quorum stays +no guest of the file is affected/);
    expect(text).not.toContain("To think about");
  });
});

describe("guests of the file that nobody has made", () => {
  const plan = planCluster(specOf("homelab"));
  const [first] = plan.nodes;
  const conf = CONF.replace("ms01", plan.name);
  const view = (ha: string) => clusterView(plan, [answer(first?.name ?? "", { conf, ha })]);

  it("are placed nowhere and move nowhere", () => {
    const text = renderClusterView(view("quorum OK\n"));
    expect(text).not.toContain("vm:120");
    expect(text).toContain("no guest follows it yet");
  });

  it("are placed as soon as HA knows them", () => {
    const text = renderClusterView(view("quorum OK\nservice vm:120 (pve-ms01-01, started)\n"));
    expect(text).toMatch(/general +pve-ms01-01 100, pve-ms01-02 100 and nowhere else +vm:120/);
    expect(text).toMatch(/vm:120 goes to/);
  });
});

describe("an upgrade", () => {
  it("that ended before its end is told by a member with quorum", () => {
    const left = {
      version: 1,
      run: "",
      on: "desk",
      node: "russell",
      done: [],
      heard: 1_779_999_000,
    };
    const view = seen(answer("frege", { upgrade: JSON.stringify(left) }));
    expect(view).toMatchObject({ healthy: false, upgrade: { goesOn: false, heardS: 1_000 } });
    expect(renderClusterView(view)).toMatch(/^Upgrade\n {2}ENDED BEFORE ITS END, on desk/m);
    expect(renderClusterView(seen(answer("frege", {})))).not.toContain("Upgrade");
  });
});

describe("quorum", () => {
  it("is not known when nobody answered, dead or late", () => {
    for (const view of [silent("homelab"), silent("homelab", true)]) {
      const text = renderClusterView(view);
      expect(text).toContain(
        "no node answered in time, so whether there is quorum is not known; 2 of 3 votes are needed",
      );
      expect(text).not.toContain("NO QUORUM");
      expect(view.quorum).toMatchObject({ known: false, quorate: false });
      expect(view.healthy).toBe(false);
    }
  });

  it("is missing when a node answered and says so", () => {
    const view = seen(answer("frege", { quorum: "No" }));
    expect(view.quorum).toMatchObject({ known: true, quorate: false });
    expect(renderClusterView(view)).toMatch(/^ms01: NO QUORUM, says frege; 2 of 3 votes/);
  });

  it("is there when one node of the cluster says so, whatever the others do", () => {
    const view = seen(answer("frege", {}));
    expect(view.quorum).toMatchObject({ known: true, quorate: true, votes: 2 });
    expect(renderClusterView(view)).toMatch(
      /^ms01: works, but not all is well; quorum with 2 of 3/,
    );
  });

  it("is not known where /etc/pve is away, and such a host is in no cluster by no means", () => {
    const view = seen(answer("frege", { conf: "", away: true }));
    expect(view.nodes.find(({ node }) => node === "frege")).toMatchObject({ state: "cannot tell" });
    expect(view.quorum).toMatchObject({ known: false, quorate: false });
    const screen = renderClusterView(view);
    expect(screen).toMatch(
      /^ms01: whether there is quorum is not known: \/etc\/pve cannot be read on frege; 2 of 3/,
    );
    expect(screen).toMatch(
      /frege .*cannot tell .*\/etc\/pve is not mounted \(pve-cluster is inactive\), and corosync has the configuration of ms01\. .*systemctl start pve-cluster/,
    );
  });

  it("is no question before there is a cluster", () => {
    expect(renderClusterView(seen(answer("frege", { conf: "" })))).toMatch(/^ms01: no cluster yet/);
  });
});

describe("a member that is not well", () => {
  it("says what no other part of the screen tells, and nothing is called healthy", () => {
    const behind = CONF.replace("config_version: 3", "config_version: 2");
    const view = seen(answer("frege", { more: `${PARTS}local-conf\n${behind}` }));
    expect(view.healthy).toBe(false);
    const frege = view.nodes.find(({ node }) => node === "frege");
    expect(frege).toMatchObject({
      state: "member",
      detail: expect.stringContaining("frege still runs configuration 2 instead of 3"),
    });
    expect(frege?.detail).toContain("frege cannot write /etc/pve");
    expect(frege?.detail).not.toMatch(/votes|not online/);
  });
});

describe("a slow node", () => {
  it("is late, and not dead", () => {
    const text = renderClusterView(silent("frege", true));
    expect(text).toMatch(/frege +10\.203\.3\.11 +late +took the connection and did not answer/);
    expect(text).not.toContain("unreachable");
    expect(renderClusterView(silent("frege"))).toMatch(/frege +10\.203\.3\.11 +unreachable/);
  });

  it("whose tools are slow is a member, and what they did not tell is named", () => {
    const view = seen(answer("frege", { storages: "@@late", ha: "@@late" }));
    expect(view.nodes.find(({ node }) => node === "frege")?.state).toBe("member");
    expect(view.storages.map(({ states }) => states.frege)).toContain("did not tell within 5 s");
    expect(view.ha).toEqual(["frege did not tell within 5 s"]);
    const told = answer("frege", {
      storages: "Name Type Status\nnfs-vms nfs active 1 1 1 0%\n",
      ha: "quorum OK\n",
    });
    expect(told).toMatchObject({ storages: { "nfs-vms": "active" }, ha: ["quorum OK"] });
  });
});

it("a full /tmp is the reason why not all is well, with what to do", () => {
  const closed = "head: error writing 'standard output': No space left on device";
  const view = seen(answer("frege", { closed }));
  expect(view.healthy).toBe(false);
  const screen = renderClusterView(view);
  expect(screen).toMatch(
    /frege .*nothing can be written in \/tmp: No space left on device\. .*df -h/,
  );
  expect(screen).toContain("frege not asked: No space left on device");
});
