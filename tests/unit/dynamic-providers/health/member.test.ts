import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Condition,
  reasons,
  reasonsOfEach,
} from "../../../../dynamic-providers/health/condition.js";
import {
  allVotes,
  formedMember,
  healthyMember,
  linksUp,
  version,
  votesOfNodes,
} from "../../../../dynamic-providers/health/member.js";
import {
  type MembershipFacts,
  parseMembershipFacts,
} from "../../../../dynamic-providers/membership/facts.js";
import { memberParts, printedFacts, unmountedParts } from "../pvecm/fake-cluster.js";

const names = ["castor", "pollux"];
const recorded = readFileSync("tests/fixtures/pvecm/qdevice-votes.txt", "utf8");
const WITH_DEVICE = recorded.split("@@proxmox-ha@@quorum\n")[1] ?? "";
const factsOf = (parts: Readonly<Record<string, string>> = {}): MembershipFacts =>
  parseMembershipFacts(printedFacts({ ...memberParts("castor", 0, { names }), ...parts }));

describe("a member", () => {
  it("is healthy with and without a QDevice, whose vote counts as one of all", () => {
    expect(reasons(healthyMember("castor", factsOf()))).toEqual([]);
    // A restarted member of a pair with a QDevice has 3 of 3 votes, and 2 of them are of nodes.
    expect(reasons(healthyMember("castor", factsOf({ quorum: WITH_DEVICE })))).toEqual([]);
  });

  it("is not while the QDevice's vote is missing, which forming a cluster does without", () => {
    const missing = factsOf({ quorum: "Quorate: Yes\nExpected votes:   3\nTotal votes:      2\n" });
    expect(reasons(healthyMember("castor", missing))).toEqual(["castor counts 2 of 3 votes"]);
    expect(reasons(formedMember("castor", missing, { cluster: "ms01", members: names }))).toEqual(
      [],
    );
    expect(votesOfNodes("castor", factsOf({ quorum: WITH_DEVICE }), 2).met).toBe(true);
  });

  it("counts as many votes as the file makes", () => {
    expect(allVotes("castor", factsOf(), 3)).toMatchObject({
      met: false,
      value: "quorate, 2 of 2 votes (the stack file makes 3)",
    });
  });

  it.each([
    ["writable", { writable: "" }, "castor cannot write /etc/pve"],
    ["served", { pveproxy: "failed" }, "castor lacks services: pveproxy failed"],
    [
      "linked",
      { links: "nodeid: 2\n   LINK: 1 (10.0.0.1->10.0.0.2) disconnected" },
      "castor has links down: link 1 to node 2 (10.0.0.2)",
    ],
    [
      "up to date",
      { "local-conf": memberParts("castor", 0, { names, version: 1 }).conf ?? "" },
      "castor still runs configuration 1 instead of 2 (config_version 2, 1 in corosync's copy)",
    ],
  ])("is healthy only when it is %s", (_what, parts, evidence) => {
    expect(reasons(healthyMember("castor", factsOf(parts)))).toEqual([evidence]);
  });

  it("says first that it cannot tell, when it cannot", () => {
    const facts = parseMembershipFacts(printedFacts(unmountedParts("castor", 0, { names })));
    expect(reasons(healthyMember("castor", facts))[0]).toMatch(
      /^what castor says of its cluster is not known: \/etc\/pve is not mounted/,
    );
  });

  it("may lack the link that is about to go", () => {
    const facts = factsOf({ links: "nodeid: 2\n   LINK: 1 (10.0.0.1->10.0.0.2) disconnected" });
    expect(linksUp("castor", facts, { leaving: 1 }).met).toBe(true);
    expect(linksUp("castor", facts, { leaving: 0 }).met).toBe(false);
  });

  it("follows the version that is wanted, in both of its copies", () => {
    expect(version("castor", factsOf(), 2).met).toBe(true);
    expect(version("castor", factsOf(), 3).met).toBe(false);
  });
});

describe("what is told of conditions", () => {
  const one = (node: string, evidence: string, met = false): Condition => {
    const rest = { title: "members", value: "", doNext: "" };
    return { name: "members", node, met, evidence, ...rest };
  };
  const seen = [
    one("castor", "helena is not online"),
    one("pollux", "helena is not online"),
    one("pollux", "pollux has no quorum"),
    one("pollux", "all is well", true),
  ];

  it("is each thing once, through one pair of eyes", () => {
    expect(reasons(seen)).toEqual(["helena is not online", "pollux has no quorum"]);
  });

  it("is whose view it is, where there are several", () => {
    expect(reasonsOfEach(seen)).toEqual([
      "castor: helena is not online",
      "pollux: helena is not online",
      "pollux has no quorum",
    ]);
  });
});
