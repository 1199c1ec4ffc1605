import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const MAIN = path.resolve("bin", "automation", "main.js");
const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-answer-"));
const state = path.join(folder, "state");
const own = path.join(state, "stacks", "pve1", "id_ed25519.pub");

function answer(...words: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, "answer", ...words], {
    encoding: "utf8",
    env: { ...process.env, PROXMOX_HA_STATE: state },
  });
}

/** Read by a parser that knows nothing of who wrote it. */
function parsed(file: string): unknown {
  const script =
    "import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], 'rb'))))";
  return JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }));
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("answer", () => {
  const out = path.join(folder, "out");
  let told: ReturnType<typeof answer>;

  beforeAll(() => {
    told = answer("pve1", "--out", out);
  });

  it("writes a file for each node and the script of their first boot, and says what to do with them", () => {
    expect(told.stderr).toBe("");
    expect(told.status).toBe(0);
    expect(readdirSync(out).toSorted()).toEqual([
      "first-boot.sh",
      "pve1-node1.toml",
      "pve1-node2.toml",
      "pve1-node3.toml",
    ]);
    expect(told.stdout).toContain("prepare-iso proxmox-ve.iso --fetch-from iso");
    expect(told.stdout).toContain("hostKeys");
  });

  it("writes TOML with the sections and words of the installer, and the key that later runs log in with", () => {
    const key = readFileSync(own, "utf8").trim();
    expect(parsed(path.join(out, "pve1-node2.toml"))).toEqual({
      global: {
        country: "us",
        keyboard: "en-us",
        timezone: "America/Los_Angeles",
        fqdn: "pve1-node2.pve1.example",
        mailto: "root@pve1.example",
        "root-password-hashed": expect.stringMatching(/^\$6\$/),
        "root-ssh-keys": [key],
      },
      network: {
        source: "from-answer",
        cidr: "10.30.0.12/24",
        gateway: "10.30.0.1",
        dns: "10.30.0.2",
        filter: { INTERFACE: "enp65s0f0np0" },
      },
      "disk-setup": {
        filesystem: "zfs",
        zfs: { raid: "raid1" },
        filter: { ID_MODEL: "Micron_7450_*480TFR" },
      },
      "first-boot": { source: "from-iso", ordering: "before-network" },
    });
  });

  it("puts neither the private key nor a password into any of them", () => {
    const all = readdirSync(out).map((name) => readFileSync(path.join(out, name), "utf8"));
    const secret = readFileSync(own.replace(/\.pub$/, ""), "utf8").split("\n")[1] ?? "";
    expect(secret.length).toBeGreaterThan(20);
    expect(all.join("\n")).not.toContain(secret);
    expect(all.join("\n")).not.toContain("root-password =");
  });

  it("writes one node where one is named, and tells a program where", () => {
    const one = path.join(folder, "one");
    const { stdout } = answer("frege", "russell", "--out", one, "--json");
    const said = z.object({ answers: z.array(z.object({ node: z.string(), file: z.string() })) });
    expect(said.parse(JSON.parse(stdout)).answers).toEqual([
      { node: "russell", file: path.join(one, "russell.toml") },
    ]);
    expect(readdirSync(one).toSorted()).toEqual(["first-boot.sh", "russell.toml"]);
  });

  it("takes a public key from a file, and repeats nothing of a file that holds none", () => {
    const good = path.join(folder, "good.pub");
    writeFileSync(good, readFileSync(own));
    expect(answer("frege", "--ssh-key", good, "--out", path.join(folder, "good")).status).toBe(0);
    const bad = answer("frege", "--ssh-key", own.replace(/\.pub$/, ""), "--out", folder);
    expect(bad.status).toBe(2);
    expect(bad.stderr).toContain("holds no public ssh key");
    expect(bad.stderr).not.toContain("PRIVATE");
  });

  it("writes nothing where the file does not name the disks, and says where to", () => {
    const none = path.join(folder, "none");
    const { status, stderr } = answer("homelab", "--out", none);
    expect(status).toBe(2);
    expect(stderr).toContain("nodes.pve-aimax-01.install");
    expect(() => readdirSync(none)).toThrow(/ENOENT/);
  });

  it("names the node that was meant", () => {
    const { status, stderr } = answer("frege", "russel");
    expect(status).toBe(2);
    expect(stderr).toContain("Did you mean russell?");
  });
});

describe("the script of the first boot", () => {
  const root = path.join(folder, "host");
  const read = (file: string) => readFileSync(path.join(root, file), "utf8");

  function boot(stack: string, name: string): void {
    const out = path.join(folder, `boot-${stack}`);
    expect(answer(stack, "--out", out).status).toBe(0);
    for (const sub of ["etc/ssh", "etc/network", "sys/class/dmi/id", "dev"]) {
      mkdirSync(path.join(root, sub), { recursive: true });
    }
    writeFileSync(path.join(root, "etc/hostname"), `${name}\n`);
    writeFileSync(path.join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
    writeFileSync(path.join(root, "etc/network/interfaces"), "the installer's own\n");
    writeFileSync(path.join(root, "sys/class/dmi/id/product_serial"), "SN-4711 $(touch x)\\d\n");
    rmSync(path.join(root, "etc/ssh/ssh_host_ed25519_key"), { force: true });
    execFileSync("ssh-keygen", [
      ...["-q", "-t", "ed25519", "-N", ""],
      ...["-f", path.join(root, "etc/ssh/ssh_host_ed25519_key")],
    ]);
    const env = { ...process.env, PROXMOX_HA_ROOT: root };
    // Twice, as after a power cut in the middle of it.
    for (const _ of [1, 2]) {
      execFileSync("sh", [path.join(out, "first-boot.sh")], { env, cwd: "/" });
    }
  }

  it("gives a host behind a VLAN and a bond the network of the file, and the program's key a place", () => {
    boot("pve1", "pve1-node3");
    expect(read("etc/network/interfaces")).toContain("address 10.30.0.13/24");
    expect(read("etc/ssh/proxmox-ha_authorized_keys")).toBe(readFileSync(own, "utf8"));
    expect(read("etc/ssh/sshd_config.d/10-proxmox-ha.conf")).toContain("AuthorizedKeysFile");
  });

  it("reports at the console what the first contact is compared with", () => {
    const shown = execFileSync(
      "ssh-keygen",
      ["-lf", path.join(root, "etc/ssh/ssh_host_ed25519_key.pub")],
      { encoding: "utf8" },
    ).split(" ")[1];
    const report = read("etc/issue.d/proxmox-ha.issue");
    expect(report).toContain(`  pve1-node3: ${shown}\n`);
    expect(report).toContain("Machine id 0123456789abcdef0123456789abcdef, serial number SN-4711");
    expect(report).not.toMatch(/[$\\]/);
    expect(read("dev/console")).toBe(report);
  });

  it("leaves the installer's network where that reaches the host", () => {
    boot("frege", "russell");
    expect(read("etc/network/interfaces")).toBe("the installer's own\n");
  });
});
