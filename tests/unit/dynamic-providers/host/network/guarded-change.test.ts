import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { changeNetwork } from "../../../../../dynamic-providers/host/network/guarded.js";
import {
  applyScript,
  checkScript,
  keepLine,
  observeScript,
  parseObserved,
} from "../../../../../dynamic-providers/host/network/guarded-change.js";
import {
  actionsFor,
  isInstallerInterfaces,
  type NetworkFile,
} from "../../../../../dynamic-providers/host/network/network-files.js";
import { FakeClock, FakeHost } from "../../pvecm/fake-cluster.js";

const file: NetworkFile = {
  path: "/etc/network/interfaces",
  content: "auto lo\niface lo inet loopback\n",
  mode: "0644",
  owner: "root:root",
};
const change = { write: [file], remove: [], actions: ["reload-interfaces"] as const };

function host(states: readonly string[], confirm = { status: 0, stdout: "" }): FakeHost {
  let at = 0;
  return new FakeHost("frege", (verb) => {
    if (verb === "see how the network change goes") {
      const state = states[Math.min(at, states.length - 1)] ?? "";
      at += 1;
      if (state === "unreachable") {
        throw new Error("connection lost");
      }
      return `${state}\nlast line of ifreload`;
    }
    return verb === "confirm the new network" ? confirm : "";
  });
}
const policy = () => ({ rollbackMs: 120_000, clock: new FakeClock() });

describe("a guarded network change", () => {
  it("is confirmed only after the new state was proved", async () => {
    const shell = host(["running", "unreachable", "done"]);
    await changeNetwork(change, shell, async () => [], policy());
    expect(shell.asked.at(-1)).toBe("confirm the new network");
    expect(shell.asked).not.toContain("put the old network back");
  });

  it("is undone when the new state is wrong, and says what is wrong", async () => {
    const shell = host(["done"]);
    await expect(
      changeNetwork(change, shell, async () => ["vmbr0 has no address"], policy()),
    ).rejects.toThrow(/vmbr0 has no address.*old network is back/i);
    expect(shell.asked.at(-1)).toBe("put the old network back");
  });

  it("reports the host's own rescue when the new path never answered", async () => {
    const shell = host([...Array<string>(100).fill("unreachable"), "restored"]);
    await expect(changeNetwork(change, shell, async () => [], policy())).rejects.toThrow(
      /could not be reached over the new network within 120 s, and its timer put the old one back/,
    );
  });

  it("shows what ifupdown2 said when applying failed", async () => {
    await expect(changeNetwork(change, host(["failed"]), async () => [], policy())).rejects.toThrow(
      /last line of ifreload/,
    );
  });

  it("changes nothing when the tools refuse the new files", async () => {
    const shell = new FakeHost("frege", () => ({ status: 1, stdout: "ifupdown2 refuses" }));
    await expect(changeNetwork(change, shell, async () => [], policy())).rejects.toThrow(
      /ifupdown2 refuses.*Nothing was changed/,
    );
    expect(shell.asked).toEqual(["check the new network files"]);
  });
});

describe("its scripts", () => {
  it("are accepted by a shell", () => {
    for (const script of [
      checkScript([file, { ...file, path: "/etc/frr/frr.conf" }]),
      applyScript({ ...change, rollbackSeconds: 120 }),
      observeScript(["/etc/network/interfaces", "/etc/frr/frr.conf"]),
    ]) {
      expect(() => execFileSync("bash", ["-n"], { input: script })).not.toThrow();
    }
  });

  it("read files back to the letter", () => {
    const observed = parseObserved(
      "\n@@proxmox-ha-network@@file 644 root:root /etc/network/interfaces\nauto lo\n" +
        "\n@@proxmox-ha-network@@absent 0 - /etc/frr/frr.conf\n\n@@proxmox-ha-network@@guard 0 - armed\n",
    );
    expect(observed.guardArmed).toBe(true);
    expect([...observed.files.keys()]).toEqual(["/etc/network/interfaces"]);
    expect(observed.files.get("/etc/network/interfaces")).toEqual({
      content: "auto lo\n",
      mode: "0644",
      owner: "root:root",
    });
  });
});

describe("the units of a change", () => {
  it("leave alone what the change has started, such as a DHCP client", () => {
    const script = applyScript({ write: [], remove: [], actions: [], rollbackSeconds: 60 });
    const units = script.split("\n").filter((line) => line.startsWith("systemd-run"));
    expect(units.length).toBe(2);
    for (const unit of units) {
      expect(unit).toContain("-p KillMode=process");
    }
  });
});

describe("what is kept for the way back", () => {
  it("is the file with its mode below its old folders, and nothing for one that is not there yet", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "kept-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const present = path.join(folder, "etc", "network", "interfaces");
    mkdirSync(path.dirname(present), { recursive: true });
    writeFileSync(present, "auto lo\n", { mode: 0o640 });
    const old = path.join(folder, "old");
    mkdirSync(old);
    const lines = [present, path.join(folder, "etc", "frr", "frr.conf")].map(keepLine);
    // As root logs in: not in /, where cp of Debian 12 fails to keep the attributes of folders that it makes.
    execFileSync("sh", ["-e"], { cwd: folder, input: [`old=${old}`, ...lines].join("\n") });
    expect(
      readdirSync(old, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()),
    ).toHaveLength(1);
    expect(statSync(`${old}${present}`).mode & 0o777).toBe(0o640);
  });
});

describe("a change after one that was undone", () => {
  it("clears the old unit away first, because a second one of its name would not start", () => {
    const script = applyScript({ ...change, rollbackSeconds: 120 });
    const cleared = script.search(/systemctl stop .*proxmox-ha-network-apply\.service/);
    const started = script.search(/systemd-run .*--unit=proxmox-ha-network-apply /);
    expect(cleared).toBeGreaterThan(-1);
    expect(started).toBeGreaterThan(cleared);
  });
});

describe("what a change needs afterwards", () => {
  it("restarts FRR once when both its files changed", () => {
    expect(actionsFor(["/etc/frr/frr.conf", "/etc/frr/daemons"])).toEqual(["restart-frr"]);
  });

  it("reloads units before udev and interfaces before FRR", () => {
    expect(
      actionsFor([
        "/etc/frr/frr.conf",
        "/etc/network/interfaces",
        "/etc/udev/rules.d/10-tb-en.rules",
        "/etc/systemd/system/tb-port@.service",
      ]),
    ).toEqual(["reload-units", "reload-udev", "reload-interfaces", "reload-frr"]);
  });
});

describe("an interfaces file", () => {
  const installer =
    "auto lo\niface lo inet loopback\n\niface enp87s0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n" +
    "\taddress 10.203.3.11/24\n\tgateway 10.203.3.1\n\tbridge-ports enp87s0\n\tbridge-stp off\n\tbridge-fd 0\n\n" +
    "source /etc/network/interfaces.d/*\n";

  it("of the installer is nobody's work", () => {
    expect(isInstallerInterfaces(installer, "10.203.3.11")).toBe(true);
  });

  it("of the installer is nobody's work where the host can only be reached in a VLAN", () => {
    const tagged =
      "auto lo\niface lo inet loopback\n\niface enp1s0 inet manual\n\nauto vmbr0\niface vmbr0 inet manual\n" +
      "\tbridge-ports enp1s0\n\tbridge-stp off\n\tbridge-fd 0\n\tbridge-vlan-aware yes\n\tbridge-vids 2-4094\n\n" +
      "auto vmbr0.16\niface vmbr0.16 inet static\n\taddress 10.8.16.11/24\n\tgateway 10.8.16.1\n";
    expect(isInstallerInterfaces(tagged, "10.8.16.11")).toBe(true);
    expect(isInstallerInterfaces(tagged, "10.8.16.12")).toBe(false);
  });

  it.each([
    ["a bond", `${installer}iface bond0 inet manual\n\tbond-slaves a b\n`],
    ["another address", installer.replace("10.203.3.11", "10.203.3.77")],
    ["an own command", `${installer}\tpost-up /root/fix.sh\n`],
  ])("with %s is somebody's work", (_what, text) => {
    expect(isInstallerInterfaces(text, "10.203.3.11")).toBe(false);
  });
});
