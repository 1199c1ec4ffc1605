import { describe, expect, it } from "vitest";
import { backups } from "../../../../automation/report/sections/backups.js";
import { ceph } from "../../../../automation/report/sections/ceph.js";
import { drift } from "../../../../automation/report/sections/drift.js";
import { drills } from "../../../../automation/report/sections/drills.js";
import { fencing } from "../../../../automation/report/sections/fencing.js";
import { findings } from "../../../../automation/report/sections/findings.js";
import { gates } from "../../../../automation/report/sections/gates.js";
import { guests } from "../../../../automation/report/sections/guests.js";
import { networks } from "../../../../automation/report/sections/networks.js";
import { nodes } from "../../../../automation/report/sections/nodes.js";
import { overview } from "../../../../automation/report/sections/overview.js";
import { runs } from "../../../../automation/report/sections/runs.js";
import { security } from "../../../../automation/report/sections/security.js";
import { storage } from "../../../../automation/report/sections/storage.js";
import { votes } from "../../../../automation/report/sections/votes.js";
import { whatif } from "../../../../automation/report/sections/whatif.js";
import { ringCluster, specOf } from "../../config/plan/stacks.js";
import { materialOf } from "./material.js";
import { read, row } from "./read.js";
import { REFRESH, sights, UP } from "./sights.js";

const well = sights.well();
const dead = sights["a dead node"]();
const silent = sights["nobody answers"]();
const divided = sights["no quorum"]();
const large = sights["sixteen nodes"]();

describe("the overview", () => {
  it("says that a cluster is healthy only where it was seen to be", () => {
    expect(read(overview(well))).toContain("Healthy");
    for (const material of [dead, silent, divided]) {
      expect(read(overview(material))).not.toContain("Healthy");
    }
    expect(read(overview(silent))).toContain("Nothing is known: no node answered");
    expect(read(overview(divided))).toContain("No quorum, say the nodes that answered");
  });

  it("names nodes that were not seen, with the reasons, before everything else", () => {
    expect(read(overview(dead))).toMatch(
      /Not seen\. Nothing below says how these nodes are: russell : no answer within 1\.5 s; no answer within 5 s/,
    );
    expect(read(overview(well))).not.toContain("Not seen");
  });

  it("has no tile that is well of what nobody saw", () => {
    expect(overview(silent).markup).not.toContain('class="tile good"');
    expect(overview(well).markup.match(/class="tile good"/g)).toHaveLength(6);
  });

  it("has as not seen what is well on some nodes and was not seen on others", () => {
    const { markup } = overview(dead);
    for (const part of ["storage", "fencing", "gates"]) {
      expect(markup).toContain(`<li class="tile unseen"><a href="#${part}">`);
    }
    expect(read(overview(dead))).toContain("3 of 3 active where seen not seen: russell");
  });

  it("says when it was made, from where, and when was looked", () => {
    expect(read(overview(well))).toContain(
      "Made 2026-11-21 00:00:00 UTC on workbench; nodes were asked from there at 2026-11-20 23:59:56 UTC",
    );
  });
});

describe("nodes", () => {
  it("have a row each, by what they said of themselves", () => {
    expect(row(nodes(well), "frege")).toMatch(
      /^frege 10\.203\.3\.11 member Proxmox VE 9\.1\.2 6\.14\.8-2-pve 1024 GiB synchronised enp87s0 200 G/,
    );
    expect(row(nodes(large), "node-16")).toContain("member");
  });

  it("that did not answer have nothing but that", () => {
    expect(row(nodes(dead), "russell")).toBe(
      "russell 10.203.3.12 not seen: unreachable not seen not seen not seen not seen not seen",
    );
  });

  it("say how many of their disks are alike, and which are OSDs", () => {
    const material = materialOf(specOf("pve1"), {
      facts: ({ disks = [] }) => ({ disks: disks.map((disk, osd) => ({ ...disk, osd })) }),
    });
    expect(row(nodes(material), "pve1-node1")).toContain(
      "12 \u00d7 Micron_7450_MTFDKCC7T6TFR 7.7 TB; 12 are OSDs",
    );
  });

  it("out of service have their end, and are overdue after it", () => {
    const record = { node: "russell", since: 1, until: 2, by: "somebody" };
    const view = { ...well.look.view, maintenance: [{ ...record, overdue: true }] };
    expect(row(nodes({ ...well, look: { ...well.look, view } }), "russell")).toContain("member");
    expect(read(nodes({ ...well, look: { ...well.look, view } }))).toMatch(
      /Out of service Until State russell 1970-01-01T00:00:02\.000Z overdue/,
    );
  });
});

describe("votes", () => {
  it("are counted by members, and by the file alone where none answers", () => {
    expect(read(votes(well))).toContain("3 of 3 votes are present 2 are needed; 1 may be missing.");
    expect(read(votes(dead))).toContain(
      "2 of 3 votes are present 2 are needed; none may be missing more.",
    );
    expect(row(votes(dead), "russell")).toBe("russell 1 no is borne");
    expect(read(votes(divided))).toContain("no quorum 2 of 3 votes are needed");
    expect(read(votes(silent))).toContain("not seen 2 of 3 votes are needed, by the file");
    expect(row(votes(silent), "frege")).toBe("frege 1 not seen is borne");
  });

  it("of a QDevice count where every member counts it", () => {
    const spec = ringCluster(2, {
      corosync: { links: ["management"], qdevice: { address: "10.0.0.99" } },
    });
    const counted = (countsDevice: boolean) =>
      materialOf(spec, {
        view: ({ membership }) => ({
          membership: { ...membership, votes: { ...membership.votes, countsDevice } },
        }),
      });
    expect(read(votes(counted(true)))).toMatch(/QDevice \S+ \d+ yes/);
    expect(read(votes(counted(false)))).toMatch(/QDevice \S+ \d+ not by all/);
  });
});

describe("networks", () => {
  it("are what the file says, what corosync says of its links, and what paths measure", () => {
    const text = read(networks(well));
    expect(text).toContain(
      "ring 169.254.1.0/24 untagged as its interface Thunderbolt link 1, migration",
    );
    expect(text).toContain("1 ring 10 connected");
    expect(text).toContain("frege \u2713 0.20 ms \u2713 0.20 ms");
    expect(text).toContain("frege:en05 - wittgenstein:en06");
  });

  it("of a node that did not answer are not seen from there", () => {
    expect(row(networks(dead), "russell")).toBe("russell not seen not seen");
    expect(read(networks(silent))).toContain("0 management 20 not seen");
    expect(networks(silent).markup).not.toContain("\u2713");
  });

  it("say where packets were lost or took a wrong way", () => {
    const lossy = materialOf(specOf("frege"), {
      facts: ({ pathsOutput }) => ({
        pathsOutput: pathsOutput.replace("5 received", "3 received"),
      }),
    });
    expect(read(networks(lossy))).toContain("\u2717 3 of 5");
  });

  it("say that no neighbour was heard where none was", () => {
    const deaf = materialOf(specOf("frege"), { view: () => ({ neighbours: [] }) });
    expect(read(networks(deaf))).toContain("which cable leads where was not seen");
  });
});

describe("storage", () => {
  it("is as each node sees it, and not seen on one that said nothing", () => {
    expect(row(storage(dead), "nfs-vms")).toBe(
      "nfs-vms NFS 10.203.3.99:/volume1/proxmox/vms images, rootdir active not seen active",
    );
  });

  it("that is not active is wrong, one of which Proxmox told nothing is not seen", () => {
    const state = (storages: Record<string, string> | undefined) =>
      storage(materialOf(specOf("frege"), { view: () => ({ storages }) })).markup;
    expect(state({ "nfs-vms": "inactive" })).toMatch(/badge bad[^>]*>.{0,60}inactive/);
    expect(state(undefined)).toMatch(/badge unseen[^>]*>.{0,60}did not tell/);
  });

  it("is said to be none where the file has none", () => {
    expect(read(storage(large))).toContain("The stack file has no storage.");
  });
});

describe("Ceph", () => {
  it("is told in its own words", () => {
    expect(read(ceph(sights.Ceph()))).toContain("HEALTH_OK");
    expect(read(ceph(sights.Ceph()))).toContain("OSDs 36, 36 up, 36 in");
  });

  it("that nobody told of is not seen, and one that the file does not have is no section", () => {
    const mute = materialOf(specOf("pve1"), {
      view: () => ({ ceph: { kind: "silent", why: "timed out" } }),
    });
    expect(read(ceph(mute))).toContain("not seen");
    expect(read(ceph(mute))).toContain("Ceph does not answer: timed out");
    expect(ceph(well)).toBeUndefined();
  });
});

describe("guests", () => {
  it("are where HA or their node says", () => {
    expect(row(guests(well), "vm:100")).toBe("vm:100 test-vm frege started");
    expect(read(guests(well))).toContain(
      "ms01-cluster frege 100, russell 50, wittgenstein 50 vm:100",
    );
  });

  it("that HA does not keep are told by their node", () => {
    const alone = materialOf(specOf("frege"), {
      view: ({ node, membership }) => ({
        ha: ["quorum OK"],
        membership: { ...membership, guests: node === "russell" ? ["205"] : [] },
      }),
    });
    expect(row(guests(alone), "205")).toBe("205 russell not under HA");
  });

  it("of the file that nobody told of are not seen, and not elsewhere", () => {
    expect(row(guests(silent), "vm:100")).toBe("vm:100 test-vm not seen");
  });
});

describe("fencing", () => {
  it("is a matrix of what each fencer saw and how long ago", () => {
    expect(row(fencing(well), "russell")).toContain("amt, power on 40 s ago");
    expect(read(fencing(well))).toContain("frege amt 10.203.3.21 power on");
  });

  it("is not seen by a node that did not answer, and never taken for sure", () => {
    expect(row(fencing(dead), "russell")).toBe("russell not seen not seen");
    expect(fencing(silent).markup).not.toContain("badge good");
  });

  it("names a device that was not asked, and why", () => {
    const [device] = well.examination.observation.devices;
    const material = materialOf(specOf("frege"), {
      observation: {
        devices:
          device === undefined
            ? []
            : [{ ...device, outcome: { kind: "no-secret", why: "no such parameter", doNext: "" } }],
      },
    });
    expect(read(fencing(material))).toContain(
      "not asked, its secret was not to be had: no such parameter",
    );
  });

  it("is by watchdogs alone where the file has no devices", () => {
    expect(read(fencing(large))).toContain("only its own watchdog stops a node");
  });
});

describe("gates", () => {
  it("have what they measure, nodes that measure the same in one row", () => {
    expect(row(gates(well), "corosync links")).toBe(
      "corosync links all of 2 connected to every member all 3",
    );
    expect(read(gates(large))).toContain("675 of 675 paths");
  });

  it("that are not open come first, with what to do", () => {
    const down = materialOf(specOf("frege"), {
      facts: ({ services }) => ({ services: { ...services, corosync: "failed" } }),
    });
    expect(read(gates(down))).toMatch(/What to do services [^|]*failed/);
  });

  it("were not measured where no node answered", () => {
    expect(read(gates(silent))).toContain("No cluster was there to be measured.");
  });
});

describe("findings", () => {
  it("are those of the hosts and of the file, with what to do; remarks are folded in", () => {
    const text = read(findings(well));
    expect(text).toContain("no backup job saves ct:200 scratch backup/unsaved");
    expect(text).toContain("6 remarks");
  });

  it("are none only on the nodes that were seen", () => {
    expect(read(findings(materialOf(specOf("frege"))))).toContain(
      "None, on the nodes that were seen.",
    );
    expect(read(findings(dead))).toContain("russell error no answer within 5 s host/unreachable");
  });

  it("that the file acknowledges are counted", () => {
    const file = { findings: [], acknowledged: 2 };
    expect(read(findings({ ...well, file }))).toContain("2 more that the stack file acknowledges");
  });
});

describe("what if", () => {
  it("has each node, network and storage, and says that it is reckoned", () => {
    const text = read(whatif(well));
    expect(text).toContain("Reckoned and not observed, as it is now: all 3 nodes are members");
    expect(row(whatif(well), "frege is lost")).toBe("frege is lost weaker goes on goes on");
    expect(row(whatif(well), "nfs-vms does not answer")).toContain("stops");
    expect(text).toContain("If the network ring is cut Quorum Corosync goes on over management.");
    expect(row(whatif(large), "node-16 is lost")).toContain("goes on");
  });

  it("is reckoned by the file alone where nobody with quorum answers", () => {
    expect(read(whatif(silent))).toContain("by the stack file alone, as if all were well now");
  });
});

describe("backups", () => {
  it("have their age, what is promised, and whether one came back", () => {
    expect(row(backups(well), "test-vm (100)")).toBe(
      "test-vm (100) 2026-11-20 19:00:00 UTC 5 h 2 GiB came back 2026-11-20 12:53:20 UTC",
    );
    expect(row(backups(well), "newcomer (101)")).toBe("newcomer (101) none yet never");
    expect(read(backups(well))).toContain("no job saves ct:200 scratch");
  });

  it("that are older than promised are wrong", () => {
    const { backups: told } = well.examination.observation;
    const job = told?.told === true ? told.jobs.get("nightly") : undefined;
    const old =
      job?.backups.map((one) => ({ ...one, madeAtMs: one.madeAtMs - 40 * 3_600_000 })) ?? [];
    const observation = {
      ...well.examination.observation,
      ...(told?.told === true && job !== undefined
        ? { backups: { ...told, jobs: new Map([["nightly", { ...job, backups: old }]]) } }
        : {}),
    };
    const material = { ...well, examination: { ...well.examination, observation } };
    expect(row(backups(material), "test-vm (100)")).toContain("45 h, promised every 26 h");
  });

  it("of which nobody told are not seen, with the reason", () => {
    expect(read(backups(silent))).toContain("Not seen: no cluster was there to be asked");
    const why = "the storage does not answer";
    const untold = { told: false, node: "frege", why, doNext: "" } as const;
    const material = materialOf(well.spec, { observation: { backups: untold } });
    expect(read(backups(material))).toContain(`Not seen: ${why}`);
  });

  it("are said to be none of the file's where it has no jobs", () => {
    expect(read(backups(large))).toContain("whether others make any was not looked at");
  });
});

describe("drills", () => {
  it("have what they proved and their time lines", () => {
    const text = read(drills(well));
    expect(text).toContain("crash of russell proved");
    expect(text).toContain("vm:100 started 132 s");
    expect(text).toContain("its watchdog ran out not seen");
    expect(text).toContain("russell \u2192 frege: the login was refused");
    expect(text).toContain("test-vm (100) came back");
  });

  it("that nobody made prove nothing, and that is said", () => {
    expect(read(drills(large))).toContain(
      "whether fencing, recovery and restores work was not proved from here",
    );
  });
});

describe("security", () => {
  it("is what the last drill of it has found, with the way out and the time", () => {
    const text = read(security(well));
    expect(text).toMatch(/By the drill that ended 2026-/);
    expect(row(security(well), "russell, tcp 4444")).toContain("<nc> waits at 0.0.0.0:4444");
    expect(text).toContain("stop its unit");
    expect(text).toContain("user root@pam");
  });

  it("that no drill has looked at is not known, and not well", () => {
    const text = read(security(large));
    expect(text).toContain("nothing is known");
    expect(text).toContain("drill frege security");
  });
});

describe("drift", () => {
  it("is what the newest run that looked has found, and when", () => {
    const text = read(drift(well));
    expect(text).toContain("Seen by the refresh of 2026-11-20 23:30:00 UTC from workbench");
    expect(text).toContain("compared 104 resources");
    expect(text).toContain("was changed by hand");
  });

  it("is not claimed where no run has looked", () => {
    const material = { ...well, runs: { entries: [UP], unread: [] } };
    expect(read(drift(material))).toContain("Not seen: no run whose history is kept on workbench");
    expect(drift(material).markup).not.toContain("badge good");
  });

  it("is none where a run looked and found none; a failed one does not prove the rest", () => {
    const run = (status: number) => {
      const entries = [{ ...REFRESH, differences: [], status }];
      return read(drift({ ...well, runs: { entries, unread: [] } }));
    };
    expect(run(0)).toContain("nothing differed from what was recorded");
    expect(run(1)).toContain("what it did not come to was not seen");
  });

  it("may be gone after a later up, which is said and not claimed", () => {
    const entries = [{ ...UP, beganAt: "2026-11-20T23:50:00.000Z" }, REFRESH];
    expect(read(drift({ ...well, runs: { entries, unread: [] } }))).toContain(
      "whether it took all of this back was not looked at since",
    );
  });
});

describe("runs", () => {
  it("have how they ended and took, and the chart of the one whose log is there", () => {
    const text = read(runs(well));
    expect(text).toContain("2026-11-20 22:30:00 UTC up done 124 s 97 create, 3 update");
    expect(text).toContain("54 remote steps");
  });

  it("whose logs are gone have no chart, and none is not taken for a quick one", () => {
    expect(read(runs(large))).toContain("No log of a run with steps on hosts is kept");
    expect(read(runs(large))).toContain("The newest runs None.");
  });
});
