import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseMembershipFacts } from "../../../../dynamic-providers/membership/facts.js";
import { found, requireNoSuchCluster } from "../../../../dynamic-providers/pvecm/found.js";
import { join } from "../../../../dynamic-providers/pvecm/join.js";
import type { JoinWish } from "../../../../dynamic-providers/pvecm/join-decision.js";
import type { JoinHosts } from "../../../../dynamic-providers/pvecm/join-hosts.js";
import { JOIN_ENDED_SCRIPT } from "../../../../dynamic-providers/pvecm/scripts.js";
import {
  type Answer,
  FakeClock,
  FakeHost,
  freshParts,
  memberParts,
  printedFacts,
} from "./fake-cluster.js";

const wish: JoinWish = {
  cluster: "ms01",
  node: "russell",
  nodeid: 2,
  votes: 1,
  address: "10.203.3.12",
  links: { 0: "10.203.3.12" },
  clockToleranceMs: 2000,
};
const FACTS = "read cluster membership";
const UDP = "prove corosync's network paths";
const ENDED = "wait for the join";
const NOTHING_MISSING = '{"missing": []}';

function policy() {
  return {
    deadlineMs: 60_000,
    firstUdpPort: 5405,
    nonce: () => "n",
    clock: new FakeClock(),
    say: () => undefined,
    replacement: { declared: false, consent: {} },
  };
}

/** Both sides of a join that works: the node becomes a member once `pvecm add` was started. */
function workingHosts(override: Partial<Record<string, Answer>> = {}): JoinHosts & {
  joiner: FakeHost;
  peer: FakeHost;
} {
  const state = { joined: false };
  const names = () => (state.joined ? ["frege", "russell"] : ["frege"]);
  const joiner = new FakeHost("russell", (verb) => {
    if (override[verb] !== undefined) {
      return override[verb];
    }
    switch (verb) {
      case FACTS:
        return printedFacts(
          state.joined ? memberParts("russell", 1, { names: names() }) : freshParts("russell", 1),
        );
      case UDP:
        return NOTHING_MISSING;
      case "join ms01":
        state.joined = true;
        return "";
      default:
        return "ssh-rsa AAAA root@russell";
    }
  });
  const peer = new FakeHost("frege", (verb) => {
    switch (verb) {
      case FACTS:
        return printedFacts(memberParts("frege", 0, { names: names() }));
      case UDP:
        return NOTHING_MISSING;
      default:
        return "ssh-ed25519 AAAAhost root@frege";
    }
  });
  return {
    joiner,
    peer,
    peerAddress: "10.203.3.11",
    members: [{ shell: peer, links: { 0: "10.203.3.11" } }],
  };
}

describe("joining a node", () => {
  it("proves the paths, admits the key, joins and proves membership, in this order", async () => {
    const hosts = workingHosts();
    await join(wish, hosts, policy());
    expect(hosts.joiner.asked).toEqual([FACTS, UDP, "read key", "join ms01", ENDED, FACTS, FACTS]);
    expect(hosts.peer.asked).toEqual([FACTS, UDP, "admit russell", FACTS, FACTS]);
  });

  it("pins the member's host key instead of trusting what answers", async () => {
    const hosts = workingHosts();
    await join(wish, hosts, policy());
    const script = hosts.joiner.scripts.find((text) => text.includes("pvecm add")) ?? "";
    expect(script).toContain("10.203.3.11 ssh-ed25519 AAAAhost");
    expect(script).toContain("--use_ssh --nodeid 2 --votes 1 --link0 10.203.3.12");
  });

  it("changes nothing when a datagram does not arrive", async () => {
    const blocked = '{"missing": [{"from": "10.203.3.11", "to": "10.203.3.12", "port": 5405}]}';
    const hosts = workingHosts({ [UDP]: blocked });
    await expect(join(wish, hosts, policy())).rejects.toThrow(
      /10\.203\.3\.11 -> 10\.203\.3\.12 UDP 5405 \(at russell\)/,
    );
    expect(hosts.joiner.asked).toEqual([FACTS, UDP]);
  });

  it("reports what pvecm said when it gave up, in spite of its exit status 0", async () => {
    const failed = printedFacts({
      ...freshParts("russell", 1),
      "join-log": "401 authentication failure\npvecm ended with status 0",
    });
    const hosts = workingHosts();
    let started = false;
    const joiner = new FakeHost("russell", (verb) => {
      started ||= verb === "join ms01";
      if (verb === FACTS) {
        return started ? failed : printedFacts(freshParts("russell", 1));
      }
      return verb === UDP ? NOTHING_MISSING : "ssh-rsa AAAA";
    });
    await expect(join(wish, { ...hosts, joiner }, policy())).rejects.toThrow(
      /pvecm gave up: 401 authentication failure/,
    );
  });

  it("gives a deadline to a join that waits for quorum for ever", async () => {
    const hosts = workingHosts();
    let started = false;
    const joiner = new FakeHost("russell", (verb) => {
      started ||= verb === "join ms01";
      if (verb === FACTS) {
        return printedFacts({
          ...freshParts("russell", 1),
          ...(started ? { "join-unit": "active", "join-log": "waiting for quorum..." } : {}),
        });
      }
      return verb === UDP ? NOTHING_MISSING : "ssh-rsa AAAA";
    });
    await expect(join(wish, { ...hosts, joiner }, policy())).rejects.toThrow(
      /no membership after 60 s; pvecm says: waiting for quorum/,
    );
  });

  it("does nothing but look when the node is a member already", async () => {
    const names = ["frege", "russell"];
    const member = new FakeHost("russell", () =>
      printedFacts(memberParts("russell", 1, { names })),
    );
    const peer = new FakeHost("frege", () => printedFacts(memberParts("frege", 0, { names })));
    await join(
      wish,
      {
        joiner: member,
        peer,
        peerAddress: "10.203.3.11",
        members: [{ shell: peer, links: { 0: "10.203.3.11" } }],
      },
      policy(),
    );
    expect(new Set([...member.asked, ...peer.asked])).toEqual(new Set([FACTS]));
  });
});

describe("founding the cluster", () => {
  const wishToFound = {
    cluster: "ms01",
    node: "frege",
    address: "10.203.3.11",
    nodeid: 1,
    votes: 1,
    links: [{ link: 0, address: "10.203.3.11", priority: 20 }],
    tokenCoefficient: undefined,
  };

  it("waits until the cluster can be written to, not until pvecm is done", async () => {
    let looks = 0;
    const host = new FakeHost("frege", (verb) => {
      if (verb !== FACTS) {
        return "Restart corosync and cluster filesystem";
      }
      looks += 1;
      return printedFacts(memberParts("frege", 0, { names: ["frege"], quorate: looks > 4 }));
    });
    await found(wishToFound, host, { deadlineMs: 30_000, clock: new FakeClock() });
    expect(looks).toBe(5);
  });

  it("says what is missing when quorum never comes", async () => {
    const host = new FakeHost("frege", (verb) =>
      verb === FACTS
        ? printedFacts(memberParts("frege", 0, { names: ["frege"], quorate: false }))
        : { status: 0, stdout: "Restart corosync and cluster filesystem" },
    );
    await expect(
      found(wishToFound, host, { deadlineMs: 10_000, clock: new FakeClock() }),
    ).rejects.toThrow(/has no quorum.*Restart corosync/);
  });

  it("refuses when another node is in a cluster already, because a second one would come of it", () => {
    const member = parseMembershipFacts(
      printedFacts(memberParts("russell", 1, { names: ["frege", "russell"] })),
    );
    const fresh = parseMembershipFacts(printedFacts(freshParts("wittgenstein", 2)));
    expect(() => requireNoSuchCluster(wishToFound, [fresh])).not.toThrow();
    expect(() => requireNoSuchCluster(wishToFound, [member, fresh])).toThrow(
      /frege is in no cluster, but russell is in ms01.*let another node stand first/,
    );
  });
});

it("a look stays on the node while its join runs, by a script that a shell accepts", () => {
  const held = (states: string): string =>
    execFileSync("sh", {
      input: `systemctl() { cat state; }\nsleep() { echo inactive > state; echo slept; }\n${JOIN_ENDED_SCRIPT}\necho over`,
      encoding: "utf8",
      cwd: folderWith(states),
      timeout: 10_000,
    });
  expect(held("active")).toBe("slept\nover\n");
  expect(held("inactive")).toBe("over\n");
});

function folderWith(state: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "join-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, "state"), state);
  return folder;
}
