import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseNodeFacts } from "../../../../automation/doctor/node-facts.js";
import { doctorScript, MARK } from "../../../../automation/doctor/node-script.js";

const script = doctorScript({
  members: ["frege", "russell"],
  servers: [
    { address: "10.203.3.99", port: 2049 },
    { address: "fd00::8", port: 8007 },
  ],
  watchdogModule: "iTCO_wdt",
  paths: [
    { network: "ring", from: "169.254.1.1", to: "169.254.1.2", toNode: "russell", mtu: 65_520 },
  ],
});

describe("the doctor's script", () => {
  it("is a script that bash reads", () => {
    expect(() => execFileSync("bash", ["-n"], { input: script })).not.toThrow();
  });

  it("writes to no file", () => {
    const redirections = script.match(/\d*>{1,2}\|?\s*[^\s;)]+/g);
    expect(new Set(redirections)).toEqual(new Set(["2>/dev/null", "2>&1", ">&2"]));
  });

  it("calls nothing that changes a host", () => {
    expect(script).not.toMatch(
      /\b(tee|rm|mv|cp|touch|mkdir|mktemp|sed -i|mount|umount|modprobe|pvesh (set|create|delete)|pvesm (add|set|remove)|systemctl (start|stop|restart|reload|enable|disable)|apt(-get)?|dpkg --configure)\b(?! status)/,
    );
  });
});

describe("the doctor's reading of a member", () => {
  const output = readFileSync("tests/fixtures/doctor/member.txt", "utf8");
  const facts = parseNodeFacts("frege", output, {
    sentMs: 1_795_259_110_000,
    doneMs: 1_795_259_114_000,
  });

  it("knows membership, services, storages and certificates", () => {
    expect(facts.membership.conf?.configVersion).toBe(3);
    expect(facts.membership.quorate).toBe(true);
    expect(facts.services.corosync).toBe("active");
    expect(facts.storages).toMatchObject({ "nfs-vms": "active", local: "active" });
    expect(facts.certificates).toContainEqual({
      path: "/etc/pve/local/pve-ssl.pem",
      endsAt: "Nov 20 10:51:08 2028 GMT",
    });
  });

  it("bounds the clock by what passed before and after", () => {
    expect(facts.clock).toEqual({ fromMs: -512, toMs: 421 });
  });

  it("reads ports, neighbours, servers, space and packages", () => {
    expect(facts.nics.find(({ name }) => name === "en05")).toMatchObject({
      carrier: true,
      speedMbit: 10_000,
      mtu: 65_520,
    });
    expect(facts.nics.find(({ name }) => name === "enp90s0")?.carrier).toBeUndefined();
    expect(facts.neighbours).toEqual([
      { port: "en06", name: "russell.home.example" },
      { port: "en05", name: "wittgenstein.home.example" },
    ]);
    expect(facts.servers).toEqual([
      {
        address: "10.203.3.99",
        port: 2049,
        open: true,
        exports: ["/volume1/proxmox/backups", "/volume1/proxmox/isos", "/volume1/proxmox/vms"],
      },
      { address: "10.203.3.98", port: 8007, open: false, exports: undefined },
    ]);
    expect(facts.space).toEqual([
      { mount: "/", sizeBytes: 270_553_174_016, freeBytes: 72_284_934_144 },
    ]);
    expect(facts.chrony).toEqual({ active: true, synchronised: true });
    expect(facts.frr).toBe("10.3-3+deb13u1");
    expect(facts.frrRouters).toEqual(["router openfabric 1"]);
    expect(facts.subscription).toBe("notfound");
    expect(facts.udpPorts).toContainEqual({ port: 5405, holder: "corosync" });
    expect(facts.brokenPackages).toBe("");
    expect(facts.memoryBytes).toBe(24_684_084 * 1024);
  });
});

describe("the doctor's reading of hardware", () => {
  const part = (name: string, text: string): string => `\n${MARK}${name}\n${text}\n`;
  const read = (...parts: readonly string[]) =>
    parseNodeFacts("frege", parts.join(""), { sentMs: 0, doneMs: 0 });

  it("takes peers of Thunderbolt ports, not routers and services", () => {
    const root = "/sys/devices/pci0000:00/0000:00:0d.2/domain0";
    const { peers } = read(
      part(
        "thunderbolt",
        [
          `0-0|${root}/0-0|MS-01|`,
          `0-1|${root}/0-0/0-1|russell|20.0 Gb/s`,
          `0-1.0|${root}/0-0/0-1/0-1.0||`,
        ].join("\n"),
      ),
    );
    expect(peers).toEqual([{ device: `${root}/0-0/0-1`, name: "russell", speed: "20.0 Gb/s" }]);
  });

  it("knows what is on disks and all their names", () => {
    const { disks } = read(
      part(
        "disks",
        JSON.stringify([
          { devpath: "/dev/nvme0n1", used: "LVM", osdid: -1, size: "1000", model: "Disk A" },
          { devpath: "/dev/nvme1n1", used: "LVM", osdid: "3", size: 2000, model: "Disk B" },
          { devpath: "/dev/nvme2n1", osdid: -1, size: 3000 },
        ]),
      ),
      part("disk-links", "/dev/disk/by-id/nvme-a|/dev/nvme0n1"),
    );
    expect(disks).toMatchObject([
      {
        device: "/dev/nvme0n1",
        names: ["/dev/disk/by-id/nvme-a"],
        model: "Disk A",
        sizeBytes: 1000,
        used: "LVM",
        pinned: "/dev/nvme0n1 holds LVM",
      },
      { device: "/dev/nvme1n1", names: [], model: "Disk B", sizeBytes: 2000, osd: 3 },
      { device: "/dev/nvme2n1", names: [], model: "", sizeBytes: 3000 },
    ]);
    expect(disks?.map(({ osd }) => osd)).toEqual([undefined, 3, undefined]);
  });

  it("takes silence for absence, and never for a fault of its own", () => {
    const facts = parseNodeFacts("frege", "", { sentMs: 0, doneMs: 0 });
    expect(facts.disks).toBeUndefined();
    expect(facts.subscription).toBe("unknown");
    expect(facts.clock.toMs).toBeNaN();
    expect(facts.frr).toBeUndefined();
  });
});
