import { describe, expect, it } from "vitest";
import { TOPICS } from "../../../../automation/runbook/names.js";
import { renderPage } from "../../../../automation/runbook/render.js";
import { pageOf, pageWithoutFile } from "../../../../automation/runbook/runbook.js";
import { type Scene, sceneOfFile } from "../../../../automation/runbook/scene.js";
import { planOf, sights } from "./sights.js";

const lines = (scene: Scene, topic: (typeof TOPICS)[number]): string[] =>
  pageOf(topic, scene).steps.flatMap(({ command }) => command?.line ?? []);
const scenes = Object.entries(sights);

describe("a page", () => {
  it.each(scenes)("is whole for every topic, or says why not, where it is: %s", (_sight, scene) => {
    for (const topic of TOPICS) {
      const { steps, lacks } = pageOf(topic, scene);
      expect(steps.length > 0, topic).toBe(lacks === undefined);
      for (const { title, where, expect: prints, otherwise } of steps) {
        expect([title, prints, otherwise].filter((text) => text.trim() === "")).toEqual([]);
        expect("nodes" in where ? where.nodes.length : 1, title).toBeGreaterThan(0);
      }
    }
  });

  it.each(scenes)("names nobody who is not in the plan, where it is: %s", (_sight, scene) => {
    const known = scene.plan.nodes.map(({ name, address }) => `${name} ${address}`);
    for (const topic of TOPICS) {
      const named = pageOf(topic, scene).steps.flatMap(({ where }) =>
        "nodes" in where ? where.nodes.map(({ node, address }) => `${node} ${address}`) : [],
      );
      expect(named.filter((one) => !known.includes(one))).toEqual([]);
    }
  });

  it("about a dead node is about the one that is dead, from one that lives", () => {
    const scene = sights["one node dead"];
    expect(lines(scene, "dead-node")).toEqual(
      expect.arrayContaining([
        "npx proxmox-ha fence frege confirm-off russell",
        "ls /etc/pve/nodes/russell/qemu-server /etc/pve/nodes/russell/lxc",
        "mv /etc/pve/nodes/russell/qemu-server/<guest>.conf /etc/pve/nodes/frege/qemu-server/",
      ]),
    );
    expect(renderPage(pageOf("dead-node", scene))).toMatchSnapshot();
  });

  it("about a dead node calls none dead that the others count in", () => {
    expect(lines(sights["one node silent from here"], "dead-node")).toContain(
      "npx proxmox-ha fence frege confirm-off <node>",
    );
  });

  it("keeps the general form with the file's own names where nobody answered", () => {
    const page = pageOf("dead-node", sights["nobody answers"]);
    const confirm = page.steps.find(({ command }) => command?.line.includes("confirm-off"));
    expect(confirm?.command).toMatchObject({
      line: "npx proxmox-ha fence frege confirm-off <node>",
      blanks: [{ name: "node", oneOf: ["frege", "russell", "wittgenstein"] }],
    });
    expect(page.said.join()).toContain("no node answered in time");
    expect(renderPage(page)).not.toContain("It fits what is seen now");
  });

  it("without quorum brings back the nodes that are missing, and names them before the last resort", () => {
    const said = renderPage(pageOf("lost-quorum", sights["no quorum"]));
    expect(said).toMatchSnapshot();
    expect(said).toContain("CHANGES:   pvecm expected 1");
    expect(said).toMatch(/destroys: .*russell \(amt 10\.203\.3\.22\).*has been SEEN off/);
  });

  it("of Ceph asks the host whose monitor is missing, and all of them where Ceph is silent", () => {
    const monitors = (scene: Scene) =>
      lines(scene, "stuck-pgs").filter((line) => line.includes("ceph-mon@"));
    expect(monitors(sights["Ceph degraded"])).toEqual([
      "systemctl status --no-pager ceph-mon@berta",
    ]);
    expect(monitors(sights["Ceph silent"])).toHaveLength(3);
    expect(monitors(sights["Ceph well"])).toEqual([]);
  });

  it("about moving takes a guest that is there, to a member that it is not on", () => {
    expect(lines(sights.formed, "guest-migration")).toContain(
      "ha-manager crm-command migrate vm:100 russell",
    );
    expect(lines(sights["Proxmox VE 8"], "guest-migration")).toContain(
      "ha-manager crm-command migrate vm:100 frege",
    );
    // Where a guest is that neither HA nor the file knows, only a person can see.
    const byHand = pageOf("guest-migration", sights.formed).steps.find(({ command }) =>
      command?.line.startsWith("qm migrate"),
    );
    expect(byHand).toMatchObject({
      where: { at: "one", which: "where it runs" },
      command: { line: "qm migrate <guest> <target> --online" },
    });
    expect(lines(sights["nobody answers"], "guest-migration")).toContain(
      "ha-manager crm-command migrate <service> <target>",
    );
  });

  it("of what the stack does not have is its reason and no command", () => {
    const said = renderPage(pageOf("full-ceph", sights.formed));
    expect(said).toContain("Not for this stack: this stack has no Ceph.");
    expect(said).not.toMatch(/^ +(run|CHANGES):/m);
  });

  it("about secrets names where each one is, and none of them", () => {
    const said = renderPage(pageOf("rotation", sights.formed));
    expect(said).toContain("the parameter /ms01/amt/frege of the store");
    expect(said).toContain("until `up` no fencer can switch frege off");
  });

  it("about a lost stack file needs no stack file", () => {
    const page = pageWithoutFile("frege");
    expect(page.steps.map(({ command }) => command?.line)).toContain(
      "npx proxmox-ha validate <copy>",
    );
    expect(renderPage(page)).toContain("Pulumi.frege.yaml");
  });

  it("says how to get to each node, with the program's own key", () => {
    const page = pageOf("restore", sceneOfFile("frege", planOf("frege"), "no host was asked"));
    expect(page.ways).toContainEqual({
      node: "russell",
      login:
        "ssh -i /keys/cluster/id_ed25519 -o UserKnownHostsFile=/keys/cluster/known_hosts root@10.203.3.12",
      controllers: "amt 10.203.3.22",
    });
  });
});
