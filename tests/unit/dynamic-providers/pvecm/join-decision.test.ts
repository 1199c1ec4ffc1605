import { describe, expect, it } from "vitest";
import {
  identityOf,
  type MembershipFacts,
  membershipScript,
  parseMembershipFacts,
} from "../../../../dynamic-providers/membership/facts.js";
import { decideJoin, type JoinWish } from "../../../../dynamic-providers/pvecm/join-decision.js";

const wish: JoinWish = {
  cluster: "ms01",
  node: "russell",
  nodeid: 2,
  votes: 1,
  address: "10.203.3.12",
  links: { 0: "10.203.3.12", 1: "169.254.1.2" },
  clockToleranceMs: 2000,
};

const CONF = (names: readonly string[], cluster = "ms01"): string =>
  `nodelist {\n${names
    .map((name, at) => `  node {\n    name: ${name}\n    nodeid: ${at + 1}\n  }\n`)
    .join("")}}\ntotem {\n  cluster_name: ${cluster}\n  config_version: 3\n}\n`;

function facts(parts: Record<string, string>): MembershipFacts {
  const defaults = {
    host: "russell",
    version: "pve-manager/9.1.2/abc (running kernel: 6.14)",
    clock: "1700000000000",
    own: "10.203.3.12 STREAM russell",
    addresses:
      "2: vmbr0 inet 10.203.3.12/24 scope global vmbr0\n1: lo inet 169.254.1.2/32 scope global lo",
  };
  return parseMembershipFacts(
    Object.entries({ ...defaults, ...parts })
      .map(([name, text]) => `\n@@proxmox-ha@@${name}\n${text}\n`)
      .join(""),
  );
}

const peer = (extra: Record<string, string> = {}): MembershipFacts =>
  facts({
    host: "frege",
    own: "10.203.3.11 STREAM frege",
    conf: CONF(["frege"]),
    corosync: "active",
    members: JSON.stringify({
      cluster: { quorate: 1 },
      nodelist: { frege: { id: 1, online: 1, ip: "10.203.3.11" } },
    }),
    quorum: "Quorate:          Yes\nExpected votes:   1\nTotal votes:      1\n",
    ...extra,
  });

describe("whether and how a node joins", () => {
  it("joins a fresh node into a quorate cluster", () => {
    expect(decideJoin(wish, facts({}), peer())).toEqual({ kind: "join" });
  });

  it("takes a member as it is", () => {
    const both = { conf: CONF(["frege", "russell"]), members: membersOf(["frege", "russell"]) };
    const joiner = facts({ ...both, quorum: "Quorate:  Yes\n" });
    expect(decideJoin(wish, joiner, peer(both))).toEqual({ kind: "member" });
  });

  describe("of a host whose /etc/pve is not mounted", () => {
    const stopped = { "conf 32": "", "pve-cluster": "inactive" };
    const remains = { "local-conf": CONF(["frege", "russell"]), authkey: "/etc/corosync/authkey" };
    const listed = { conf: CONF(["frege", "russell"]) };
    const certified = { certified: "/etc/pve/nodes/russell/pve-ssl.pem" };

    it("is refused for a member, whose files would be thrown away", () => {
      const joiner = facts({ ...stopped, ...remains });
      expect(decideJoin(wish, joiner, peer({ ...listed, ...certified }))).toMatchObject({
        kind: "refuse",
        why: "what russell says of its cluster is not known: /etc/pve is not mounted (pve-cluster is inactive), and corosync has the configuration of ms01",
        fix: expect.stringContaining("systemctl start pve-cluster"),
      });
    });

    it("is refused for one that looks fresh, and for one that the cluster does not list", () => {
      for (const joiner of [facts(stopped), facts({ ...stopped, ...remains })]) {
        expect(decideJoin(wish, joiner, peer())).toMatchObject({ kind: "refuse" });
      }
    });

    it("is waited for while its join runs, and begun anew where that was cut", () => {
      const running = facts({ ...stopped, ...remains, "join-unit": "active" });
      expect(decideJoin(wish, running, peer(listed))).toEqual({ kind: "wait" });
      const cut = facts({ ...stopped, ...remains });
      expect(decideJoin(wish, cut, peer(listed))).toMatchObject({ kind: "clean-then-join" });
    });

    it("is refused through a member that cannot tell", () => {
      expect(decideJoin(wish, facts({}), peer({ conf: "", ...stopped }))).toMatchObject({
        kind: "refuse",
        why: expect.stringContaining("what frege says of its cluster is not known"),
      });
    });
  });

  it("waits while a join started earlier is still running", () => {
    expect(decideJoin(wish, facts({ "join-unit": "active" }), peer())).toEqual({ kind: "wait" });
  });

  it("finishes a member whose join was cut before certificates were made", () => {
    const both = { conf: CONF(["frege", "russell"]), members: membersOf(["frege", "russell"]) };
    const joiner = facts({
      ...both,
      quorum: "Quorate:  Yes\n",
      "join-log": "waiting for quorum...",
    });
    expect(decideJoin(wish, joiner, peer(both))).toEqual({ kind: "finish" });
  });

  it("cleans both sides when the cluster lists a node that never came up", () => {
    const decision = decideJoin(
      wish,
      facts({ authkey: "/etc/corosync/authkey" }),
      peer({ conf: CONF(["frege", "russell"]), quorum: "Quorate: No\n" }),
    );
    expect(decision).toMatchObject({ kind: "clean-then-join", onNode: true, inCluster: true });
  });

  it("tells another machine under an old name from a join that was cut", () => {
    const listed = CONF(["frege", "russell"]).replace(
      "nodeid: 2\n",
      "nodeid: 2\n    ring0_addr: 10.203.3.12\n    ring1_addr: 169.254.1.99\n",
    );
    const certified = "/etc/pve/nodes/frege/pve-ssl.pem\n/etc/pve/nodes/russell/pve-ssl.pem\n";
    expect(decideJoin(wish, facts({}), peer({ conf: listed, certified }))).toEqual({
      kind: "replace",
      // The other address is the new machine's own by now.
      formerAddresses: ["169.254.1.99"],
    });
    expect(
      decideJoin(wish, facts({}), peer({ conf: listed, certified, quorum: "Quorate: No\n" })),
    ).toMatchObject({ kind: "refuse", why: expect.stringContaining("no quorum") });
    expect(decideJoin(wish, facts({}), peer({ conf: listed }))).toMatchObject({
      kind: "clean-then-join",
    });
  });

  it("never gives a member another id", () => {
    const both = { conf: CONF(["frege", "russell"]), members: membersOf(["frege", "russell"]) };
    const decision = decideJoin({ ...wish, nodeid: 3 }, facts(both), peer(both));
    expect(decision).toMatchObject({
      kind: "refuse",
      why: expect.stringContaining("member with id 2, and the stack file gives it 3"),
      fix: expect.stringContaining("`id: 2` under `nodes.russell`"),
    });
  });

  it.each([
    ["guests", { guests: "/etc/pve/qemu-server:\n100.conf" }, /guests \(100\)/],
    ["own storage", { config: "@file storage.cfg\nnfs: nas\n\tserver 1.2.3.4\n" }, /nfs: nas/],
    ["another name", { host: "plato" }, /calls itself plato/],
    ["a wrong own address", { own: "127.0.1.1 STREAM russell" }, /resolves to 127\.0\.1\.1/],
    ["a missing link address", { addresses: "2: vmbr0 inet 10.203.3.12/24" }, /169\.254\.1\.2/],
    ["a clock that is off", { clock: "1700000009000" }, /differ by 9\.0 s/],
    ["another major version", { version: "pve-manager/8.4.1/abc" }, /8\.4\.1/],
    ["a foreign cluster", { conf: CONF(["russell"], "other") }, /member of the cluster other/],
    ["foreign remains", { "local-conf": CONF(["russell"], "other") }, /cluster other/],
    ["removal from the cluster", { conf: CONF(["frege", "russell"]) }, /does not list it/],
  ])("refuses a node with %s and says why", (_what, parts, why) => {
    const decision = decideJoin(wish, facts(parts), peer());
    expect(decision).toMatchObject({ kind: "refuse", why: expect.stringMatching(why) });
  });

  it("refuses without quorum", () => {
    const decision = decideJoin(wish, facts({}), peer({ quorum: "Quorate: No\n" }));
    expect(decision).toMatchObject({ kind: "refuse", why: expect.stringContaining("no quorum") });
  });

  it("does not count what the installer wrote as a loss", () => {
    const installer =
      "@file storage.cfg\ndir: local\n\tpath /var/lib/vz\n\nlvmthin: local-lvm\n\tvgname pve\n" +
      "@file user.cfg\nuser:root@pam:1:0:::a@b.example:::\n@file datacenter.cfg\nkeyboard: en-us\n";
    expect(decideJoin(wish, facts({ config: installer }), peer())).toEqual({ kind: "join" });
  });
});

describe("the facts script", () => {
  it("is plain shell that asks for each name once", () => {
    expect(membershipScript(["frege", "russell"])).toContain("for n in frege russell;");
  });

  it("reads what others want to know of a member", () => {
    const seen = facts({
      fingerprint: "sha256 Fingerprint=AA:BB:CC\n",
      "corosync-version": "Corosync Cluster Engine, version '3.1.9'\n",
      certified: "/etc/pve/nodes/frege/pve-ssl.pem\n",
    });
    expect(identityOf(seen)).toEqual({
      version: "9.1.2",
      corosyncVersion: "3.1.9",
      fingerprint: "AA:BB:CC",
    });
    expect(seen.certified).toEqual(["frege"]);
  });

  it("reports links that are not connected", () => {
    const links = [
      "Local node ID 1, transport knet",
      "nodeid: 2 reachable",
      "   LINK: 0 udp (10.203.3.11->10.203.3.12) enabled connected mtu: 1397",
      "   LINK: 1 udp (169.254.1.1->169.254.1.2) enabled disconnected mtu: 1397",
    ].join("\n");
    expect(facts({ links }).linksDown).toEqual(["link 1 to node 2 (169.254.1.2)"]);
  });
});

function membersOf(names: readonly string[]): string {
  return JSON.stringify({
    cluster: { quorate: 1 },
    nodelist: Object.fromEntries(names.map((name, at) => [name, { id: at + 1, online: 1 }])),
  });
}
