import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { interfacesFile, writeHostFiles } from "../../../../engines/container/host-files.js";
import { hostPlan } from "../../host-plan.js";
import { plannedTwin } from "../../planned-twin.js";

const HASH = "$6$salt$hash-with-$&-inside";
const MACHINE_ID = "0123456789abcdef0123456789abcdef";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-host-files-"));
  put("image/etc/shadow", "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n");
  put("keyring.gpg", "key");
  mkdirSync(path.join(folder, "layer"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Writes the files of a stack's first host, and gives back a reader of them. */
async function install(upper = "upper", stack = "frege") {
  const plan = plannedTwin(stack);
  const [host] = plan.hosts;
  if (host === undefined) throw new Error(`${stack} has no host`);
  const root = path.join(folder, upper);
  await writeHostFiles({
    plan,
    host,
    image: { suite: plan.suite, root: path.join(folder, "image"), packages: "" },
    layerTree: path.join(folder, "layer"),
    upper: root,
    passwordHash: HASH,
    machineId: MACHINE_ID,
    timeScale: 10,
    archives: {
      hostNames: [],
      signingHome: "",
      keyrings: () => [
        { path: "usr/share/keyrings/a.gpg", file: path.join(folder, "keyring.gpg") },
      ],
      sources: (major, suite) => [{ path: "etc/apt/sources.list", text: `${major} ${suite}\n` }],
    },
  });
  return { plan, host, root, read: (name: string) => readFileSync(path.join(root, name), "utf8") };
}

describe("what the installer leaves on a host", () => {
  it("is its name, its address and the installer's answers", async () => {
    const { plan, read, root } = await install();
    expect(read("etc/hostname")).toBe("frege\n");
    expect(read("etc/hosts")).toContain("10.203.3.11 frege.home.example frege\n");
    expect(read("etc/resolv.conf")).toMatch(/^search home\.example\nnameserver \S+\n/);
    expect(read("etc/timezone")).toBe(`${plan.timezone}\n`);
    expect(readlinkSync(path.join(root, "etc/localtime"))).toContain(plan.timezone);
    expect(read("etc/machine-id")).toBe(`${MACHINE_ID}\n`);
    expect(read("etc/apt/sources.list")).toBe("9 trixie\n");
    expect(read("usr/share/keyrings/a.gpg")).toBe("key");
    for (const server of plan.ntp)
      expect(read("etc/chrony/chrony.conf")).toContain(`server ${server} iburst`);
  });

  it("lets root in with the installer's password and nobody else, in a file that few can read", async () => {
    const { read, root } = await install();
    expect(read("etc/shadow")).toBe(
      `root:${HASH}:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n`,
    );
    expect(statSync(path.join(root, "etc/shadow")).mode & 0o777).toBe(0o640);
  });

  it("starts from the layer's accounts where the layer brings its own", async () => {
    put("layer/etc/shadow", "root:!:1::::::\nwww-data:*:1::::::\n");
    expect((await install()).read("etc/shadow")).toBe(`root:${HASH}:1::::::\nwww-data:*:1::::::\n`);
  });

  it("tells the layer, and only the layer, which host it is", async () => {
    const { host, read } = await install("upper", "homelab");
    const facts: unknown = JSON.parse(read("etc/twin/host.json"));
    expect(facts).toMatchObject({ node: host.name, major: 9, timeScale: 10, uuid: host.uuid });
    expect(facts).toHaveProperty("disks", host.disks);
    const named = host.disks.filter(({ byId }) => byId !== undefined);
    expect(named.length).toBeGreaterThan(0);
    const links = named.map(
      (disk) => `L /dev/disk/by-id/${disk.byId} - - - - ../../${disk.name}\n`,
    );
    expect(read("etc/tmpfiles.d/twin-disks.conf")).toBe(links.join(""));
  });

  it("is a set of ssh host keys that bear the host's name and no other host has", async () => {
    const first = await install("one");
    const second = await install("two");
    for (const type of ["rsa", "ecdsa", "ed25519"]) {
      const file = `etc/ssh/ssh_host_${type}_key`;
      expect(first.read(`${file}.pub`)).toMatch(/ root@frege\n$/);
      expect(second.read(`${file}.pub`)).not.toBe(first.read(`${file}.pub`));
      expect(statSync(path.join(first.root, file)).mode & 0o777).toBe(0o600);
    }
  });
});

describe("the network file of a fresh installation", () => {
  it("has one bridge on one port, other ports by hand, and none for a cable that may be absent", () => {
    expect(interfacesFile(hostPlan())).toBe(
      [
        "auto lo",
        "iface lo inet loopback",
        "",
        "iface eno1 inet manual",
        "",
        "iface eno2 inet manual",
        "",
        "auto vmbr0",
        "iface vmbr0 inet static",
        "\taddress 192.0.2.11/24",
        "\tgateway 192.0.2.1",
        "\tbridge-ports eno1",
        "\tbridge-stp off",
        "\tbridge-fd 0",
        "",
        "source /etc/network/interfaces.d/*",
        "",
      ].join("\n"),
    );
  });

  it("names no router where the stack file has none", () => {
    const { gateway: _none, ...lonely } = hostPlan();
    expect(interfacesFile(lonely)).not.toContain("gateway");
  });

  it.each([
    ["vmbr0.48", []],
    ["mgmt", ["\tvlan-id 48", "\tvlan-raw-device vmbr0"]],
  ])("gives the address to the tagged device %s over a bridge that knows tags", (device, extra) => {
    const text = interfacesFile(
      hostPlan({ installed: { port: "eno1", bridge: "vmbr0", vlan: 48, device } }),
    );
    const [, bridge = "", tagged = ""] = text.split(/^auto (?:vmbr0|vmbr0\.48|mgmt)$/m);
    expect(bridge).toContain("iface vmbr0 inet manual");
    expect(bridge).toContain("bridge-vlan-aware yes");
    expect(bridge).not.toContain("address");
    expect(tagged.split("\n").slice(1, 4 + extra.length)).toEqual([
      `iface ${device} inet static`,
      "\taddress 192.0.2.11/24",
      "\tgateway 192.0.2.1",
      ...extra,
    ]);
  });
});
