import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../twin/testing/index.js";
import { examine as examineTwin } from "./support/doctor-report.js";
import { ProgramTwin } from "./support/program-twin.js";

let twin: ProgramTwin;

beforeAll(async () => {
  twin = await ProgramTwin.up("doctor");
});
afterAll(() => closeAll(twin));
afterEach(async () => {
  await twin.twin(["heal", twin.name]);
});

const nodes = ["frege", "russell", "wittgenstein"];
const examine = (words?: readonly string[]) => examineTwin(twin, words);

/** Names, sizes, times of change and content of whatever a careless doctor could leave behind. */
function traces(node: string): Promise<string> {
  return twin.on(
    node,
    [
      // Python keeps compiled files of every command that runs; the local manager's file is its heartbeat.
      "find /etc /root /tmp /var/tmp /run/sshd /usr /opt -xdev ! -path '*/__pycache__*' -printf '%p %s %T@ %m\\n' 2>/dev/null | sort | md5sum",
      "find /etc/pve -type f ! -name '.*' ! -name '*_status' | sort | xargs md5sum | md5sum",
      // The database's journal is touched by every reader; its tables are not.
      "find /var/lib/pve-cluster -type f -printf '%p\\n' | sort",
      "ls -A /root/.ssh /etc/ssh/proxmox-ha_authorized_keys 2>&1 || true",
    ].join("; "),
  );
}

describe("the doctor on fresh hosts", () => {
  it("finds nothing in the way, and leaves no trace", async () => {
    const before = await Promise.all(nodes.map(traces));
    const { status, seconds, report, errors } = await examine();
    expect(errors).toEqual([]);
    expect(status).toBe(0);
    expect(report.unreachable).toEqual([]);
    const after = await Promise.all(nodes.map(traces));
    expect(after).toEqual(before);
    for (const trace of after) {
      expect(trace).toContain("No such file or directory");
    }
    console.log(`doctor on three fresh hosts: ${seconds} s, ${report.findings.length} findings`);
  });

  it("tells in one sentence to a person that nothing is in the way", async () => {
    const { done } = await twin.run("doctor");
    expect(done.stdout.trimEnd().split("\n").at(-1)).toMatch(
      /^ms01: nothing is in the way of `up`/,
    );
    for (const secret of twin.secrets()) {
      expect(done.stdout + done.stderr).not.toContain(secret);
    }
  });

  it("names a storage and a guest that a join would destroy", async () => {
    await twin.on(
      "russell",
      [
        "cp /etc/pve/storage.cfg /run/storage.cfg",
        "printf 'nfs: old-nas\\n\\tserver 10.203.3.98\\n\\texport /old\\n\\tpath /mnt/pve/old-nas\\n\\tcontent iso\\n\\n' >> /etc/pve/storage.cfg",
        "printf 'memory: 512\\n' > /etc/pve/qemu-server/900.conf",
      ].join(" && "),
    );
    const sick = await examine();
    await twin.on(
      "russell",
      "cat /run/storage.cfg > /etc/pve/storage.cfg && rm /run/storage.cfg /etc/pve/qemu-server/900.conf",
    );
    expect(sick.status).toBe(1);
    expect(sick.errors).toEqual([
      { node: "russell", code: "cluster/guests", evidence: expect.stringContaining("900") },
      { node: "russell", code: "cluster/would-lose", evidence: expect.stringContaining("old-nas") },
    ]);
    expect((await examine()).errors).toEqual([]);
  });

  it("names a NAS that is gone from every node, without hanging on it", async () => {
    await twin.twin(["fault", twin.name, "nas-gone", "nas"]);
    const { status, seconds, errors } = await examine();
    expect(status).toBe(1);
    expect(errors).toEqual(
      nodes.map((node) => ({
        node,
        code: "storage/unreachable",
        evidence: expect.stringContaining("10.203.3.99"),
      })),
    );
    expect(seconds).toBeLessThan(30);
  });

  it("names a management controller that hangs", async () => {
    await twin.twin(["fault", twin.name, "bmc", "russell", "hang"]);
    const { status, errors } = await examine();
    expect(status).toBe(1);
    expect(errors).toEqual([
      {
        node: "russell",
        code: "bmc/unreachable",
        evidence: expect.stringContaining("10.203.3.22"),
      },
    ]);
  });

  it("names a clock that is wrong", async () => {
    await twin.twin(["fault", twin.name, "clock-skew", "wittgenstein", "60"]);
    const { errors } = await examine();
    expect(errors).toEqual([
      { node: "wittgenstein", code: "host/clock", evidence: expect.stringMatching(/60\.|59\./) },
    ]);
  });

  it("names a host that is off, and still examines the others", async () => {
    await twin.on("russell", "printf 'memory: 512\\n' > /etc/pve/qemu-server/901.conf");
    await twin.twin(["fault", twin.name, "host-freeze", "wittgenstein"]);
    const { status, report, errors } = await examine();
    await twin.twin(["heal", twin.name]);
    await twin.on("russell", "rm /etc/pve/qemu-server/901.conf");
    expect(status).toBe(5);
    expect(report.unreachable).toEqual(["wittgenstein"]);
    expect(errors.map(({ node, code }) => `${node} ${code}`)).toEqual([
      "russell cluster/guests",
      "wittgenstein host/unreachable",
    ]);
  });

  it("says with --cluster that there is no cluster yet", async () => {
    const { status, report } = await examine(["--cluster"]);
    expect(status).toBe(1);
    const bad = report.measurements.filter(({ good }) => !good).map(({ what }) => what);
    expect(bad).toContain("quorum");
  });
});
