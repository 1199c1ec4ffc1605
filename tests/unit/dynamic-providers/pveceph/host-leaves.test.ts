import { describe, expect, it } from "vitest";
import { againstLeaving, leaveCeph } from "../../../../dynamic-providers/pveceph/host-leaves.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered, taskLog } from "../../../support/said.js";
import { FakeClock } from "../pvecm/fake-cluster.js";

interface Osd {
  up: number;
  in: number;
  host: string;
}

/** A member that lives, in a Ceph of four hosts with an OSD and three monitors; `quine` is off. */
class Member {
  readonly done: string[] = [];
  hasCeph = true;
  hosts = ["frege", "russell", "wittgenstein", "quine"];
  readonly osds = new Map<number, Osd>();
  monitors = ["frege", "russell", "quine"];
  server = true;
  /** Looks after which Ceph says that all copies lie elsewhere. */
  safeAfter = 3;
  groups = "active+clean";
  cutBefore: string | undefined;
  #partsBefore = 0;

  constructor() {
    for (const [at, host] of this.hosts.entries()) {
      const alive = host === "quine" ? 0 : 1;
      this.osds.set(at, { up: alive, in: 1, host });
    }
  }

  run(script: string) {
    if (this.cutBefore !== undefined && script.includes(this.cutBefore)) {
      this.cutBefore = undefined;
      throw new Error("connection lost");
    }
    if (script.includes("systemd-run")) {
      const kind = script.includes("ceph/mon/") ? "monitor" : "metadata server";
      this.#partsBefore = script.includes("mkdir -p /var/lib/ceph/mon") ? 1 : 0;
      this.done.push(`strike ${kind}`);
      this.monitors =
        kind === "monitor" ? this.monitors.filter((one) => one !== "quine") : this.monitors;
      this.server = kind === "monitor" && this.server;
      return { status: 0, signal: undefined, stdout: "", stderr: "" };
    }
    if (script.includes("@@proxmox-ha said")) {
      return answered(script, (command) => ({ text: this.tell(command) }));
    }
    return {
      status: 0,
      signal: undefined,
      stdout: `inactive\n0\n${taskLog(this.#partsBefore)}`,
      stderr: "",
    };
  }

  private tell(command: string): string {
    if (command.includes("osd tree")) {
      return this.tree();
    }
    if (command.includes("quorum_status")) {
      return JSON.stringify({ monmap: { mons: this.monitors.map((name) => ({ name })) } });
    }
    if (command.includes(" status --format json")) {
      return JSON.stringify({ pgmap: { pgs_by_state: [{ state_name: this.groups, count: 8 }] } });
    }
    if (command.includes("safe-to-destroy")) {
      this.safeAfter -= 1;
      return this.safeAfter > 0 ? "OSD(s) 3 have 7 pgs currently mapped\nexit 16" : "fine\nexit 0";
    }
    if (command.includes("[mds")) {
      return this.server ? "[mds.quine]" : "";
    }
    const [, osd] = /osd (?:out|purge) (\d+)/.exec(command) ?? [];
    if (osd !== undefined) {
      const known = this.osds.get(Number(osd));
      if (command.includes("osd out") && known !== undefined) {
        known.in = 0;
        this.done.push(`out ${osd}`);
      } else {
        this.osds.delete(Number(osd));
        this.done.push(`purge ${osd}`);
      }
      return "";
    }
    if (command.includes("crush remove")) {
      this.done.push("place");
      return "";
    }
    return this.hasCeph ? "mon_host = 10.0.0.1" : "";
  }

  private tree(): string {
    const nodes = this.hosts.map((name, at) => ({
      id: -2 - at,
      name,
      type: "host",
      children: [...this.osds].flatMap(([id, { host }]) => (host === name ? [id] : [])),
    }));
    const osds = [...this.osds].map(([osd, { up, in: inside }]) => ({
      osd,
      uuid: `u${osd}`,
      up,
      in: inside,
      state: ["exists"],
    }));
    return `frege\n${JSON.stringify({ nodes })}\n${JSON.stringify({ osds, pools: [{ size: 3 }] })}\n[]`;
  }
}

function leaving(member: Member) {
  const clock = new FakeClock();
  const shell = { node: "frege", run: async (script: string) => member.run(script) };
  const context = fakeRuntime("removal", shell, clock).context({
    resource: "removal",
    deadlineMs: 600_000,
    changes: () => true,
  });
  return leaveCeph("quine", context.host(FREGE), context);
}

describe("a host that leaves Ceph for good", () => {
  it("goes in the safe order: out, away when every copy lies elsewhere, its place, its daemons", async () => {
    const member = new Member();
    await leaving(member);
    expect(member.done).toEqual([
      "out 3",
      "purge 3",
      "place",
      "strike monitor",
      "strike metadata server",
    ]);
    await leaving(member);
    expect(member.done).toHaveLength(5);
  });

  it("keeps its OSDs while copies have to be made yet, and the next run goes on there", async () => {
    const member = new Member();
    member.safeAfter = 10_000;
    await expect(leaving(member)).rejects.toThrow(/not every copy.*7 pgs.*still a member/s);
    expect(member.done).toEqual(["out 3"]);
    member.safeAfter = 1;
    await leaving(member);
    expect(member.done.slice(1, 3)).toEqual(["purge 3", "place"]);
  });

  it("keeps its OSDs while copies are made anew, though Ceph calls them safe to destroy", async () => {
    const member = new Member();
    member.groups = "active+recovery_wait+degraded";
    await expect(leaving(member)).rejects.toThrow(
      /8 active\+recovery_wait\+degraded.*still a member/s,
    );
    expect(member.done).toEqual(["out 3"]);
  });

  it("is not touched while its copies have nowhere to go", async () => {
    const member = new Member();
    member.osds.delete(2);
    await expect(leaving(member)).rejects.toThrow(/without quine 2 hosts have OSDs.*keep 3 copies/);
    expect(member.done).toEqual([]);
  });

  it("is not touched while its OSDs answer", async () => {
    const member = new Member();
    member.osds.set(3, { up: 1, in: 1, host: "quine" });
    await expect(leaving(member)).rejects.toThrow(/osd\.3 of quine still answer/);
    expect(member.done).toEqual([]);
  });

  it("has nothing to leave where there is no Ceph", async () => {
    const member = new Member();
    member.hasCeph = false;
    await leaving(member);
    expect(member.done).toEqual([]);
  });

  it.each(["osd out", "osd purge", "pvesh delete /nodes/frege/ceph/mon", "ceph/mds"])(
    "goes on where a run was cut before `%s`",
    async (cut) => {
      const member = new Member();
      member.cutBefore = cut;
      await expect(leaving(member)).rejects.toThrow(/connection lost/);
      await leaving(member);
      expect(member.done).toEqual([
        "out 3",
        "purge 3",
        "place",
        "strike monitor",
        "strike metadata server",
      ]);
    },
  );

  it("with the only monitor stays", () => {
    const seen = {
      osds: [],
      others: 3,
      mostCopies: 3,
      monitor: true,
      monitors: 1,
      metadataServer: false,
    };
    expect(againstLeaving("quine", seen)).toEqual(["quine has the only monitor of Ceph"]);
  });
});
