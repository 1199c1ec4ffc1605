import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { confirmScript } from "../../dynamic-providers/host/guard.js";
import { userLines } from "../../dynamic-providers/host/users.js";
import { GUARD, WAITING_COMMAND, wayInScript } from "../../dynamic-providers/host/way-in.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-way-in-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const KEY = "ssh-ed25519 AAAA of-the-program";
const STATE =
  "getent passwd root | cut -d: -f7; cat /root/.ssh/authorized_keys; cat /etc/ssh/x.conf 2>/dev/null; test -e /var/lib/proxmox-ha/way-in/armed && echo armed; true";

/** The machine's own accounts under layers of their own, and a systemd that only remembers what it was told. */
function onHost(...scripts: readonly string[]): string {
  const tools = path.join(folder, "tools");
  const prepare = [
    "set -e",
    `mkdir -p ${folder}/etc ${tools}`,
    `mount -t tmpfs tmpfs ${folder}/etc && mkdir ${folder}/etc/upper ${folder}/etc/work`,
    `mount -t overlay -o lowerdir=/etc,upperdir=${folder}/etc/upper,workdir=${folder}/etc/work overlay /etc`,
    "mkdir -p /root/.ssh /var/lib/proxmox-ha /etc/ssh",
    "mount -t tmpfs tmpfs /root/.ssh && mount -t tmpfs tmpfs /var/lib/proxmox-ha",
    `printf '%s\\n' '${KEY}' > /etc/keys-of-root && ln -s /etc/keys-of-root /root/.ssh/authorized_keys`,
    "usermod -s /bin/bash root >/dev/null 2>&1; echo old > /etc/ssh/x.conf",
    `for tool in systemctl systemd-run; do printf '#!/bin/sh\\necho "$0 $*" >> ${folder}/told\\n' > ${tools}/$tool; chmod 755 ${tools}/$tool; done`,
    `export PATH=${tools}:$PATH`,
  ].join("\n");
  const steps = scripts.map((script, at) => {
    writeFileSync(path.join(folder, `step-${at}`), script);
    return `bash ${folder}/step-${at}`;
  });
  return execFileSync("unshare", ["-m", "bash", "-c", [prepare, ...steps].join("\n")], {
    encoding: "utf8",
  });
}

const arm = wayInScript({ users: ["root"], files: ["/etc/ssh/x.conf", "/etc/ssh/new.conf"] });
const lockOut = [
  "set -e",
  ...userLines({
    kind: "user",
    user: { name: "root", shell: "/usr/sbin/nologin", sudo: "none", keys: [] },
  }),
  ...userLines({ kind: "revoke", user: "root", keys: [KEY] }),
  "echo new > /etc/ssh/x.conf; echo new > /etc/ssh/new.conf",
].join("\n");

describe("a lock-out by the stack file", () => {
  it("is undone by the timer: shell, keys behind their link, and sshd's settings", () => {
    const output = onHost(
      arm,
      lockOut,
      `echo before; ${STATE}`,
      "/var/lib/proxmox-ha/way-in/restore",
      `echo after; ${STATE}; test -e /etc/ssh/new.conf || echo 'new.conf is gone'; test -L /root/.ssh/authorized_keys && echo still a link`,
    );
    expect(output).toBe(
      `before\n/usr/sbin/nologin\n\nnew\narmed\nafter\n/bin/bash\n${KEY}\nold\nnew.conf is gone\nstill a link\n`,
    );
  });

  it("is undone by a boot in between, which waits for nothing that itself waits for that", () => {
    const output = onHost(
      arm,
      lockOut,
      `: > ${folder}/told; /var/lib/proxmox-ha/way-in/restore boot; ${STATE}; cat ${folder}/told`,
      "cat /etc/systemd/system/proxmox-ha-way-in-guard-boot.service",
    );
    expect(output).toContain(`/bin/bash\n${KEY}\nold\n`);
    expect(output).not.toContain("old\narmed");
    // ssh starts behind this unit: asking for its reload now would hold up both for ever, and nobody could log in.
    expect(output).not.toMatch(/systemctl (reload|restart|start)/);
    expect(output).toContain("Before=ssh.service");
    expect(output).toMatch(/TimeoutStartSec=\d+s/);
  });

  it("leaves nothing behind once it is confirmed, and the timer then changes nothing", () => {
    const output = onHost(
      arm,
      "usermod -s /bin/sh root",
      confirmScript(GUARD),
      STATE,
      "ls /var/lib/proxmox-ha",
    );
    expect(output).toBe(`/bin/sh\n${KEY}\nold\n`);
  });

  it("is seen by a look for as long as the timer may undo it", () => {
    const output = onHost(arm, WAITING_COMMAND, confirmScript(GUARD), WAITING_COMMAND, "echo end");
    expect(output).toBe("waiting\nend\n");
    const undone = ["/var/lib/proxmox-ha/way-in/restore", WAITING_COMMAND, "echo end"];
    expect(onHost(arm, ...undone)).not.toContain("waiting");
  });

  it("that nobody confirmed is taken back before another change begins", () => {
    const output = onHost(arm, lockOut, arm, STATE);
    expect(output).toBe(`/bin/bash\n${KEY}\nold\narmed\n`);
  });

  it("cannot be confirmed after the timer has acted", () => {
    expect(() => onHost(arm, "/var/lib/proxmox-ha/way-in/restore", confirmScript(GUARD))).toThrow(
      "the guard has already put the old accounts, keys and sshd settings back",
    );
  });
});
