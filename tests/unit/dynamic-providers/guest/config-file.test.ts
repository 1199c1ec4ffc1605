import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseGuestConfig } from "../../../../dynamic-providers/guest/config-file.js";
import { EVERY_GUEST, guestAmong, guestParts } from "../../../../dynamic-providers/guest/found.js";
import {
  differingWords,
  laidOver,
  textOf,
  wordsOf,
} from "../../../../dynamic-providers/guest/words.js";
import type { Part } from "../../../../dynamic-providers/transport/pvesh/part.js";
import { answersOf, scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";

const FILE = `#first%3A a note
#
#second
boot: order=scsi0;net0
cores: 2
memory: 2048
scsi0: nfs-vms:100/vm-100-disk-0.raw,size=32G
serial0: socket

[PENDING]
cores: 4
delete: serial0,!scsi9

[special:cloudinit]
cores: 7

[before]
cores: 1
snaptime: 1
`;

describe("a guest's file", () => {
  it("tells what is in force, what waits for a start, and nothing of snapshots", () => {
    const { now, next, pending } = parseGuestConfig(FILE);
    expect(now).toMatchObject({
      cores: "2",
      serial0: "socket",
      description: "first: a note\n\nsecond",
    });
    expect(next).toMatchObject({
      cores: "4",
      boot: "order=scsi0;net0",
      scsi0: "nfs-vms:100/vm-100-disk-0.raw,size=32G",
    });
    expect(next.serial0).toBeUndefined();
    expect(pending).toEqual(["cores", "serial0", "scsi9"]);
  });

  it("with a note that is no encoded text keeps it as it is", () => {
    expect(parseGuestConfig("#100 % sure\n").now.description).toBe("100 % sure");
  });
});

describe("settings of several words", () => {
  it.each([
    [
      "net0",
      "virtio=BC:24:11:00:00:64,bridge=vmbr0,tag=16",
      { model: "virtio", macaddr: "BC:24:11:00:00:64", bridge: "vmbr0", tag: "16" },
    ],
    ["memory", "2048", { current: "2048" }],
    ["memory", "current=2048", { current: "2048" }],
    ["cpu", "host,flags=+aes", { cputype: "host", flags: "+aes" }],
    ["scsi0", "a:100/vm.raw,size=1G", { file: "a:100/vm.raw", size: "1G" }],
    ["startup", "order=1,up=30", { order: "1", up: "30" }],
  ])("%s is read: %s", (setting, text, words) => {
    expect(wordsOf(setting, text)).toEqual(words);
    expect(wordsOf(setting, textOf(setting, words))).toEqual(words);
  });

  it("keep others' words when a wish is laid over them, and lose what must not be there", () => {
    const there = wordsOf("net0", "virtio=BC:24:11:00:00:64,bridge=vmbr0,tag=16,firewall=1");
    expect(textOf("net0", laidOver(there, { bridge: "vmbr1", tag: "" }))).toBe(
      "virtio=BC:24:11:00:00:64,bridge=vmbr1,firewall=1",
    );
  });

  it("are compared as Proxmox means them", () => {
    expect(
      differingWords({ macaddr: "bc:24:11:00:00:64" }, { macaddr: "BC:24:11:00:00:64" }),
    ).toEqual([]);
    expect(differingWords({ type: "pc-q35-9.2+pve1" }, { type: "q35" })).toEqual([]);
    expect(differingWords({}, { tag: "", firewall: "0", cache: "none" })).toEqual([]);
    expect(differingWords({ type: "pc-i440fx-9.2" }, { type: "q35" })).toHaveLength(1);
    expect(differingWords({ tag: "5" }, { tag: "" })).toEqual([
      { name: "tag", from: "5", to: "absent" },
    ]);
  });
});

describe("the look for a guest", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) {
      rmSync(folder, { recursive: true });
    }
  });

  /** Asks as of a member that has this folder for `/etc/pve`. */
  function answers(parts: readonly Part<unknown>[], files: Readonly<Record<string, string>>) {
    const root = mkdtempSync(path.join(tmpdir(), "guest-look-"));
    folders.push(root);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const script = `sleep() { :; }\n( ${scriptOf(parts).replaceAll("/etc/pve", root)}\n) 2>&1 || true`;
    const stdout = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    const result = { status: 0, signal: undefined, stdout, stderr: "" };
    return answersOf(parts, result, { tried: "to look", node: "frege", doNext: "Look again." });
  }

  function found(id: number, files: Readonly<Record<string, string>>) {
    const { parts, read } = guestParts(id);
    return read(answers(parts, files));
  }

  const LIST =
    '{\n"version": 3,\n"ids": {\n"100": { "node": "russell", "type": "qemu", "version": 1 }}\n}\n';

  it("finds it on whichever node it is, with its pool", () => {
    const guest = found(100, {
      ".vmlist": LIST,
      "nodes/frege/qemu-server/1100.conf": "cores: 9\n",
      "nodes/russell/qemu-server/100.conf": FILE,
      "user.cfg": "user:root@pam:1:0:::::\npool:other::7::\npool:lab:a comment:99,100:nfs-vms:\n",
    });
    expect(guest).toMatchObject({ node: "russell", kind: "vm", pool: "lab", next: { cores: "4" } });
  });

  it("says that there is none only where list and folders agree", () => {
    const none = '{"version":1,"ids":{"1100":{"node":"frege","type":"qemu","version":1}}}';
    expect(
      found(100, { ".vmlist": none, "nodes/frege/qemu-server/1100.conf": "cores: 9\n" }),
    ).toBeUndefined();
    expect(() => found(100, { ".vmlist": LIST })).toThrow(/configuration of guest 100/);
    expect(() => found(100, { ".vmlist": none, "nodes/frege/qemu-server/100.conf": FILE })).toThrow(
      /came, went or moved/,
    );
  });

  it("tells all of them at once, and of which it cannot be sure", () => {
    const said = answers(EVERY_GUEST, {
      ".vmlist": LIST.replace('"ids": {', '"ids": {"102": { "node": "frege", "type": "lxc" },'),
      "nodes/frege/qemu-server/1100.conf": "cores: 9\n",
      "nodes/russell/qemu-server/100.conf": FILE,
      "user.cfg": "pool:lab:a comment:99,100:nfs-vms:\n",
    });
    const [guest, none, coming, going] = [100, 101, 1100, 102].map((id) => guestAmong(said, id));
    expect(guest).toMatchObject({ node: "russell", kind: "vm", pool: "lab", next: { cores: "4" } });
    expect([none, coming, going]).toEqual(["absent", "unsure", "unsure"]);
  });

  it("takes a host without /etc/pve for no answer", () => {
    expect(() => found(100, {})).toThrow(/list of guests/);
    expect(() => guestAmong(answers(EVERY_GUEST, {}), 100)).toThrow(/list of guests/);
  });
});
