import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMembershipFacts } from "../../../../dynamic-providers/membership/facts.js";
import {
  objectionsToDevice,
  planDevice,
  planPause,
} from "../../../../dynamic-providers/pvecm/qdevice-change.js";
import {
  complaintsAboutVote,
  type DeviceFacts,
  parseDeviceFacts,
} from "../../../../dynamic-providers/pvecm/qdevice-facts.js";
import { memberParts, printedFacts } from "./fake-cluster.js";

const recorded = readFileSync("tests/fixtures/pvecm/qdevice-votes.txt", "utf8");
const DEVICE =
  "  device {\n    model: net\n    net {\n      algorithm: ffsplit\n      host: 10.20.0.5\n      tls: on\n    }\n    votes: 1\n  }\n";
const quorumOf = recorded.split("@@proxmox-ha@@quorum\n")[1] ?? "";

function member(
  node: string,
  options: {
    readonly names?: readonly string[];
    readonly device?: boolean;
    readonly said?: string;
  } = {},
): DeviceFacts {
  const names = options.names ?? ["castor", "pollux"];
  const parts = memberParts(node, 0, { names, cluster: "pair" });
  const conf = `${parts.conf ?? ""}quorum {\n${options.device === false ? "" : DEVICE}  provider: corosync_votequorum\n}\n`;
  const printed = printedFacts({ ...parts, conf, quorum: quorumOf });
  return parseDeviceFacts(node, parseMembershipFacts(printed), options.said ?? recorded);
}

const both = [member("castor"), member("pollux")];
const wanted = { cluster: "pair", address: "10.20.0.5", members: ["castor", "pollux"] };

describe("what a member says", () => {
  it("is read from its tools", () => {
    expect(both[0]).toMatchObject({
      configured: { host: "10.20.0.5", algorithm: "ffsplit", votes: 1 },
      installed: true,
      active: true,
      enabled: true,
      hasCertificates: true,
      connection: "Connected",
      counted: true,
    });
    expect(complaintsAboutVote(member("castor"))).toEqual([]);
    expect(member("castor").membership).toMatchObject({ votes: { present: 3, device: 1 } });
  });

  it("tells a vote that is not cast from one that is", () => {
    const said = recorded
      .replace("A,V,NMW 10.20.0.11 (local)", "A,NV,NMW 10.20.0.11 (local)")
      .replace("State:\t\t\tConnected", "State:\t\t\tConnect failed");
    expect(complaintsAboutVote(member("castor", { said }))).toEqual([
      "is not connected to corosync-qnetd (Connect failed)",
      "does not count its vote",
    ]);
  });

  it("counts as absent where nothing answers", () => {
    expect(member("castor", { said: "" })).toMatchObject({
      installed: false,
      active: false,
      connection: "no answer",
      counted: false,
    });
  });
});

describe("the plan", () => {
  it("is empty where every member counts the wanted vote, so that a device set up by hand is taken over", () => {
    expect(planDevice(wanted, both)).toEqual([]);
  });

  it("adds the device where the cluster has none", () => {
    const none = ["castor", "pollux"].map((node) => member(node, { device: false }));
    expect(planDevice(wanted, none)).toMatchObject([{ kind: "add", step: "set-up" }]);
  });

  it("replaces another host's vote, which is somebody's until the stack says otherwise", () => {
    expect(planDevice({ ...wanted, address: "10.20.0.6" }, both)).toMatchObject([
      { kind: "change", from: "ffsplit from 10.20.0.5", to: "ffsplit from 10.20.0.6" },
    ]);
  });

  it("replaces the kind of vote when the number of nodes becomes odd", () => {
    const three = { ...wanted, members: [...wanted.members, "helena"] };
    expect(planDevice(three, both)).toMatchObject([{ kind: "change", to: "lms from 10.20.0.5" }]);
  });

  it("starts the daemon of a member that has all it needs, and sets all up anew for one that has not", () => {
    const idle = recorded.replace("\nactive\n", "\ninactive\n");
    expect(planDevice(wanted, [member("castor"), member("pollux", { said: idle })])).toMatchObject([
      { path: 'qdevice["pollux"]', step: "mend" },
    ]);
    const bare = idle.replace("/etc/corosync/qdevice/net/nssdb/cert9.db", "");
    expect(planDevice(wanted, [member("castor"), member("pollux", { said: bare })])).toMatchObject([
      { path: 'qdevice["pollux"]', step: "replace" },
    ]);
  });

  it("removes it by consent alone", () => {
    expect(planDevice(undefined, both)).toMatchObject([{ kind: "remove", consent: "qdevice" }]);
  });
});

describe("the pause", () => {
  const [castor = member("castor")] = both;

  it("takes the device out before a node joins", () => {
    const grown = { members: ["castor", "pollux", "helena", "leda"], device: true };
    expect(planPause(grown, castor)).toMatchObject([
      { to: "none while helena, leda joins", step: "remove" },
    ]);
    expect(planPause(grown, castor)[0]?.consent).toBeUndefined();
  });

  it("leaves it alone where nobody joins, where a node leaves, and where there is none", () => {
    expect(planPause({ members: ["castor", "pollux"], device: true }, castor)).toEqual([]);
    expect(planPause({ members: ["castor"], device: true }, castor)).toEqual([]);
    const none = member("castor", { device: false });
    expect(planPause({ members: ["castor", "helena"], device: true }, none)).toEqual([]);
  });

  it("lets it go for good by consent", () => {
    expect(planPause({ members: ["castor", "pollux"], device: false }, castor)).toMatchObject([
      { consent: "qdevice", to: "absent" },
    ]);
  });
});

describe("before anything is changed", () => {
  it("nothing stands against a whole cluster that reaches the host", () => {
    expect(objectionsToDevice(["castor", "pollux"], both, [], "10.20.0.5")).toEqual([]);
  });

  it("every reason is said at once", () => {
    const facts = [
      { ...member("castor"), installed: false },
      { ...member("pollux"), membership: { ...member("pollux").membership, quorate: false } },
    ];
    expect(
      objectionsToDevice(["castor", "pollux", "helena"], facts, ["castor"], "10.20.0.5"),
    ).toEqual([
      "pollux has no quorum (3 of 3 votes)",
      "helena did not join yet",
      "castor has no package corosync-qdevice",
      "castor does not reach 10.20.0.5 at TCP 5403",
    ]);
  });
});
