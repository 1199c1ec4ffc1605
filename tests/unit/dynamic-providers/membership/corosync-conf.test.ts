import { describe, expect, it } from "vitest";
import {
  linkNumbers,
  parseCorosyncConf,
  renderCorosyncConf,
} from "../../../../dynamic-providers/membership/corosync-conf.js";

const TWO_NODES = `logging {
  debug: off
  to_syslog: yes
}

nodelist {
  node {
    name: frege
    nodeid: 1
    quorum_votes: 1
    ring0_addr: 10.203.3.11
    ring1_addr: 169.254.1.1
  }
  node {
    name: russell
    nodeid: 2
    quorum_votes: 1
    ring0_addr: 10.203.3.12
    ring1_addr: 169.254.1.2
  }
}

quorum {
  provider: corosync_votequorum
}

totem {
  cluster_name: ms01
  config_version: 2
  interface {
    knet_link_priority: 20
    linknumber: 0
  }
  interface {
    knet_link_priority: 10
    linknumber: 1
  }
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  token_coefficient: 125
  version: 2
}

`;

describe("corosync.conf", () => {
  it("is read into nodes, links and priorities", () => {
    const conf = parseCorosyncConf(TWO_NODES);
    expect(conf).toMatchObject({
      clusterName: "ms01",
      configVersion: 2,
      linkPriorities: { 0: 20, 1: 10 },
      nodes: [
        { name: "frege", nodeid: 1, votes: 1, links: { 0: "10.203.3.11", 1: "169.254.1.1" } },
        { name: "russell", nodeid: 2, votes: 1, links: { 0: "10.203.3.12", 1: "169.254.1.2" } },
      ],
    });
  });

  it("is written back to the letter, so that an edit shows only what it changes", () => {
    const conf = parseCorosyncConf(TWO_NODES);
    expect(conf && renderCorosyncConf(conf)).toBe(TWO_NODES);
  });

  it("keeps a quorum device it does not interpret", () => {
    const device = "  device {\n    model: net\n    net {\n      host: 10.0.0.9\n    }\n  }\n";
    const text = TWO_NODES.replace("quorum {\n", `quorum {\n${device}`);
    const conf = parseCorosyncConf(text);
    expect(conf && renderCorosyncConf(conf)).toBe(text);
  });

  it("is nothing when the file is empty or another format", () => {
    expect(parseCorosyncConf("")).toBeUndefined();
    expect(parseCorosyncConf("totem {\n  version: 2\n}\n")).toBeUndefined();
    expect(parseCorosyncConf("{{{{ : }")).toBeUndefined();
  });

  it("knows every link that a node or an interface names", () => {
    const conf = parseCorosyncConf(TWO_NODES);
    expect(conf && linkNumbers(conf)).toEqual([0, 1]);
  });
});
