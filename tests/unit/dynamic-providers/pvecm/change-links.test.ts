import { describe, expect, it } from "vitest";
import { parseCorosyncConf } from "../../../../dynamic-providers/membership/corosync-conf.js";
import { changeLinks } from "../../../../dynamic-providers/pvecm/change-links.js";
import { FakeClock, FakeHost, memberParts, printedFacts } from "./fake-cluster.js";

const FACTS = "read cluster membership";
const NAMES = ["frege", "russell"];
const LINK0 = { 0: (at: number) => `10.203.3.${11 + at}` };
const wantedTwoLinks = {
  addresses: {
    frege: { 0: "10.203.3.11", 1: "169.254.1.1" },
    russell: { 0: "10.203.3.12", 1: "169.254.1.2" },
  },
  priorities: { 0: 20, 1: 10 },
  prioritiesNamed: true,
  totem: {},
};

/** Two members over one shared corosync.conf; `follows` decides whether a host takes a new version. */
function cluster(follows: (host: string, version: number) => boolean) {
  const shared = { text: confText(), versions: new Map<string, number>() };
  const hosts = NAMES.map(
    (name, at) =>
      new FakeHost(name, (verb, script) => {
        if (verb === FACTS) {
          const conf = parseCorosyncConf(shared.text);
          const version = conf?.configVersion ?? 0;
          if (follows(name, version)) {
            shared.versions.set(name, version);
          }
          const local = shared.versions.get(name) ?? 2;
          const parts = memberParts(name, at, { names: NAMES, addressesOfLink: LINK0 });
          return printedFacts({
            ...parts,
            conf: shared.text,
            "local-conf": shared.text.replace(/config_version: \d+/, `config_version: ${local}`),
          });
        }
        const text = /^printf '%s\\n\\n' '([^']*)' > \/etc\/pve\/corosync\.conf\.new/m.exec(
          script,
        )?.[1];
        if (text !== undefined) {
          shared.text = text;
        }
        return "config.reload_status (u32) = 1";
      }),
  );
  return { hosts, shared };
}

function confText(): string {
  return memberParts("frege", 0, { names: NAMES, version: 2, addressesOfLink: LINK0 }).conf ?? "";
}

describe("changing links of a live cluster", () => {
  it("adds a link with one version more and proves that all follow", async () => {
    const { hosts, shared } = cluster(() => true);
    const done = await changeLinks(wantedTwoLinks, hosts, {
      deadlineMs: 20_000,
      clock: new FakeClock(),
    });
    expect(done).toEqual(["adding link 1", "setting link priorities 0=20"]);
    expect(parseCorosyncConf(shared.text)).toMatchObject({
      configVersion: 4,
      linkPriorities: { 0: 20, 1: 10 },
    });
  });

  it("undoes the step when a node does not follow, and names the node", async () => {
    const { hosts, shared } = cluster((host, version) => host === "frege" || version !== 3);
    await expect(
      changeLinks(wantedTwoLinks, hosts, { deadlineMs: 5_000, clock: new FakeClock() }),
    ).rejects.toThrow(/russell still runs configuration 2.*undone/);
    expect(parseCorosyncConf(shared.text)).toMatchObject({ configVersion: 4 });
    expect(shared.text).not.toContain("ring1_addr");
  });

  it("touches nothing when links are as wanted", async () => {
    const { hosts } = cluster(() => true);
    const same = {
      addresses: { frege: { 0: "10.203.3.11" }, russell: { 0: "10.203.3.12" } },
      priorities: {},
      prioritiesNamed: true,
      totem: {},
    };
    expect(await changeLinks(same, hosts, { deadlineMs: 5_000, clock: new FakeClock() })).toEqual(
      [],
    );
    expect(hosts.flatMap((host) => host.asked)).toEqual([FACTS]);
  });
});
