import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { cephOsds } from "../../../../dynamic-providers/pveceph/osds/provider.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered } from "../../../support/said.js";

interface Disk {
  readonly name: string;
  readonly size: number;
  used?: string;
  osd?: number;
}

/** A host with disks and a Ceph that makes OSDs on them, one job at a time. */
class HostWithDisks {
  readonly made: string[] = [];
  looks = 0;
  silent = false;
  /** What becomes of the next task. */
  taskEnd = "OK";

  constructor(readonly disks: Disk[]) {}

  run(script: string) {
    if (this.silent) {
      throw new Error("no route to host");
    }
    if (script.includes("/disks/list")) {
      this.looks += 1;
      return answered(script, (command) => ({ text: this.tell(command) }));
    }
    if (script.includes("systemd-run")) {
      this.make(script);
      return { status: 0, signal: undefined, stdout: "", stderr: "" };
    }
    return { status: 0, signal: undefined, stdout: `inactive\n0\n${this.log()}`, stderr: "" };
  }

  private tell(command: string): string {
    if (command.includes("/disks/list")) {
      return JSON.stringify(
        this.disks.map(({ name, size, used, osd }) => ({
          devpath: `/dev/${name}`,
          by_id_link: `/dev/disk/by-id/${name}`,
          size,
          model: "DATA",
          serial: name,
          osdid: osd ?? -1,
          ...(used === undefined ? {} : { used }),
        })),
      );
    }
    const own = this.disks.flatMap(({ osd }) => (osd === undefined ? [] : [osd]));
    return command.includes("osd tree")
      ? `frege\n${JSON.stringify({ nodes: [{ id: -2, name: "frege", type: "host", children: own }] })}\n${JSON.stringify({ osds: own.map((osd) => ({ osd, uuid: `u${osd}`, up: 1, in: 1 })) })}`
      : "";
  }

  private make(script: string): void {
    const name = /--dev \/dev\/disk\/by-id\/(\w+)/.exec(script)?.[1] ?? "";
    const disk = this.disks.find((one) => one.name === name);
    this.made.push(name);
    if (disk !== undefined && this.taskEnd === "OK") {
      disk.used = "LVM";
      disk.osd = this.made.length - 1;
    }
  }

  private log(): string {
    const end = JSON.stringify({ status: "stopped", exitstatus: this.taskEnd });
    return `create OSD\nUPID:frege:1:2:3:cephcreateosd:x:root@pam:\n\n@@proxmox-ha task ${end}\n\n@@proxmox-ha said 0 0\n`;
  }
}

function serve(host: HostWithDisks) {
  const said: string[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const shell = { node: "frege", run: async (script: string) => host.run(script) };
  return {
    provider: cephOsds.serve(fakeRuntime("osds", shell, clock, (line) => said.push(line))),
    said,
  };
}

const wish = (count: number): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [
      { by: "select", model: "DATA", sizeBytes: 20e9, count, class: "ssd", encrypted: false },
    ],
    osdDeadlineMs: 60_000,
  });
const blank = (name: string): Disk => ({ name, size: 20e9 });
const problem = (checked: { failures: readonly { reason: string }[] }): string =>
  checked.failures.map(({ reason }) => reason).join();

describe("the OSDs of a host", () => {
  it("are planned on named disks in the preview, made in turn, and asked about no more", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    const { provider, said } = serve(host);
    const planned = await provider.check({}, wish(2));
    expect(planned.failures).toEqual([]);
    expect(planned.inputs).toMatchObject({
      disks: [
        { path: "/dev/disk/by-id/a", model: "DATA", serial: "a", sizeBytes: 20e9, class: "ssd" },
        { path: "/dev/disk/by-id/b", model: "DATA", serial: "b", sizeBytes: 20e9, class: "ssd" },
      ],
    });
    expect(said[0]).toContain("/dev/disk/by-id/a, /dev/disk/by-id/b");
    expect(host.made).toEqual([]);

    const { id, outs } = await provider.create(planned.inputs);
    expect(host.made).toEqual(["a", "b"]);
    expect(outs).toMatchObject({ osds: { "/dev/disk/by-id/a": 0, "/dev/disk/by-id/b": 1 } });

    const looks = host.looks;
    const again = await provider.check(planned.inputs, wish(2));
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });
    expect(host.looks).toBe(looks);
  });

  it("stay on the disks that were chosen, whatever is put in later", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    const { id, outs } = await provider.create(planned.inputs);
    host.disks.unshift(blank("0"));
    const again = await provider.check(planned.inputs, wish(1));
    expect(again.inputs).toMatchObject({ disks: [{ path: "/dev/disk/by-id/a" }] });
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });
  });

  it("become more by another rule, and the disks in use stay", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    const { id, outs } = await provider.create(planned.inputs);
    host.disks.push(blank("b"));
    const more = await provider.check(planned.inputs, wish(2));
    expect(more.failures).toEqual([]);
    expect(await provider.update(id, outs, more.inputs)).toBeDefined();
    expect(host.made).toEqual(["a", "b"]);
  });

  it("are not made fewer: the disk, its OSD and what a person does are named", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), size: 10e9 }]);
    const { provider } = serve(host);
    const both = toStruct({
      connection: FREGE,
      rules: [{ by: "select", model: "DATA", count: 2, class: "ssd", encrypted: false }],
      osdDeadlineMs: 60_000,
    });
    const planned = await provider.check({}, both);
    await provider.create(planned.inputs);
    const said = problem(await provider.check(planned.inputs, wish(1)));
    expect(said).toContain("osd.1 lies on /dev/disk/by-id/b, which the stack file means no longer");
    expect(said).toContain("pveceph osd destroy");
  });

  it("are refused in the preview with what lies on a disk, and none is touched", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), used: "ext4" }]);
    const said = problem(await serve(host).provider.check({}, wish(2)));
    expect(said).toContain("/dev/b (DATA, serial b, 20 GB, ext4) is in use: ext4");
    expect(said).toContain("No disk was touched");
    expect(host.made).toEqual([]);
  });

  it("are refused when a chosen disk has got something on it since", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(2));
    host.disks[1] = { ...blank("b"), used: "zfs_member" };
    await expect(provider.create(planned.inputs)).rejects.toThrow(/zfs_member/);
    expect(host.made).toEqual([]);
  });

  it("that an earlier run has made are taken over, and the rest is made", async () => {
    const host = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 0 }, blank("b")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(2));
    await provider.create(planned.inputs);
    expect(host.made).toEqual(["b"]);
  });

  it("end with what the task said when it failed, although its command ended well", async () => {
    const host = new HostWithDisks([blank("a")]);
    host.taskEnd = "command 'ceph-volume' failed";
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    await expect(provider.create(planned.inputs)).rejects.toThrow(/ceph-volume' failed/);
  });

  it("are chosen later on a host that does not answer, and never by guess", async () => {
    const host = new HostWithDisks([blank("a")]);
    host.silent = true;
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    expect(planned).toMatchObject({ failures: [], inputs: { disks: [] } });
    host.silent = false;
    await expect(provider.create(planned.inputs)).rejects.toThrow(/did not tell its disks/);
    expect(host.made).toEqual([]);
    expect((await provider.check({}, wish(1))).inputs).toMatchObject({ disks: [{ serial: "a" }] });
  });

  it("are not recorded for other rules that a silent host could not tell the disks of", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    const { id, outs } = await provider.create(planned.inputs);
    host.disks.push(blank("b"));
    host.silent = true;
    const later = await provider.check(planned.inputs, wish(2));
    host.silent = false;
    await expect(provider.update(id, outs, later.inputs)).rejects.toThrow(/did not tell its disks/);
    expect(host.made).toEqual(["a"]);
  });
});
