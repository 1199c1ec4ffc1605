import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startSshd, type TestSshd } from "./sshd.js";

const MEMBERS = ["castor", "pollux"] as const;
type Member = (typeof MEMBERS)[number];

/** What tells that corosync-qnetd is installed. */
const CERTUTIL = "corosync-qnetd-certutil";

const CONF = `nodelist {
  node {
    name: castor
    nodeid: 1
    quorum_votes: 1
    ring0_addr: 10.20.0.11
  }
  node {
    name: pollux
    nodeid: 2
    quorum_votes: 1
    ring0_addr: 10.20.0.12
  }
}

quorum {
  provider: corosync_votequorum
}

totem {
  cluster_name: pair
  config_version: 2
  version: 2
}
`;

/**
 * Two members and the host of a QDevice, each behind an sshd of its own. Their commands answer with what real ones printed and
 * keep their state in files; the set-up logs in at the host of the device, with the member's key and pinned host keys alone.
 */
export class QDevicePair {
  private constructor(
    readonly folder: string,
    private readonly hosts: Readonly<Record<Member, TestSshd>>,
    private readonly device: TestSshd,
  ) {}

  static async start(): Promise<QDevicePair> {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-pair-"));
    mkdirSync(path.join(folder, "pve"));
    writeRecorded(folder);
    const device = await startSshd({ proxmox: deviceHost(folder) });
    const [castor, pollux] = await Promise.all(
      MEMBERS.map((member) => startSshd({ proxmox: memberHost(folder, member, device.port) })),
    );
    if (castor === undefined || pollux === undefined) {
      throw new Error("a pair has two members");
    }
    const pair = new QDevicePair(folder, { castor, pollux }, device);
    pair.reset();
    return pair;
  }

  /** A cluster without a device, with nothing left of one. */
  reset(): void {
    writeFileSync(this.file("pve/corosync.conf"), CONF);
    const nodelist = { castor: { id: 1, online: 1 }, pollux: { id: 2, online: 1 } };
    const members = { nodename: "castor", cluster: { quorate: 1 }, nodelist };
    writeFileSync(this.file("pve/.members"), JSON.stringify(members));
    for (const name of ["calls", "pvecm-breaks"]) {
      rmSync(this.file(name), { recursive: true, force: true });
    }
    deviceHost(this.folder);
    for (const member of MEMBERS) {
      for (const name of ["active", "unread", "failed-starts", "last-words"]) {
        rmSync(this.file(`${member}/${name}`), { force: true });
      }
      rmSync(this.file(`${member}/corosync/qdevice`), { recursive: true, force: true });
    }
  }

  members() {
    return MEMBERS.map((node, at) => ({
      node,
      connection: this.hosts[node].connection({ node }),
      votes: 1,
      links: [{ link: 0, address: `10.20.0.${11 + at}`, priority: 10 }],
    }));
  }

  deviceConnection() {
    return this.device.connection({ node: "qnetd" });
  }

  /** What a set-up that was cut leaves on a member. */
  leaveRemains(member: Member): void {
    mkdirSync(this.file(`${member}/corosync/qdevice/net/nssdb`), { recursive: true });
    writeFileSync(this.file(`${member}/corosync/qdevice/net/nssdb/cut`), "");
  }

  stopDaemon(member: Member): void {
    rmSync(this.file(`${member}/active`));
  }

  /**
   * Corosync of this member reads the device at its next reload alone, and `pvecm` has started the daemon so often before it
   * that systemd refuses a further start.
   */
  readLate(member: Member): void {
    writeFileSync(this.file(`${member}/unread`), "");
    writeFileSync(this.file(`${member}/failed-starts`), "");
  }

  /** The daemon of this member ends at once and leaves these words in the journal. */
  breakDaemon(member: Member, words: string): void {
    writeFileSync(this.file(`${member}/last-words`), `${words}\n`);
  }

  /** `pvecm` says this and does nothing, with exit status 0. */
  breakPvecm(words: string): void {
    writeFileSync(this.file("pvecm-breaks"), `${words}\n`);
  }

  takeQnetdAway(): void {
    rmSync(this.file(`qnetd/tools/${CERTUTIL}`));
  }

  /** Calls of commands that change something, by host. */
  calls(): string[] {
    return existsSync(this.file("calls"))
      ? readFileSync(this.file("calls"), "utf8").trim().split("\n")
      : [];
  }

  has(file: string): boolean {
    return existsSync(this.file(file));
  }

  conf(): string {
    return readFileSync(this.file("pve/corosync.conf"), "utf8");
  }

  stop(): void {
    for (const sshd of [...Object.values(this.hosts), this.device]) {
      sshd.stop();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }
}

/** What the commands of a member with a device printed, a file for each. */
function writeRecorded(folder: string): void {
  const recorded = readFileSync("tests/fixtures/pvecm/qdevice-votes.txt", "utf8");
  for (const part of recorded.split("\n@@proxmox-ha@@").slice(1)) {
    const [name = "", ...lines] = part.split("\n");
    writeFileSync(path.join(folder, `said-${name}`), lines.join("\n"));
  }
}

function deviceHost(folder: string) {
  return tools(folder, "qnetd", { [CERTUTIL]: "exit 0" });
}

function memberHost(folder: string, member: Member, devicePort: number) {
  const configured = 'grep -q "^  device {" "$all/pve/corosync.conf"';
  return tools(folder, member, {
    pvecm: [
      'echo "$me: pvecm $*" >> "$all/calls"',
      'if [ -e "$all/pvecm-breaks" ]; then cat "$all/pvecm-breaks"; exit 0; fi',
      'case "$2" in',
      "setup)",
      '  for one in castor pollux; do [ ! -e "$all/$one/corosync/qdevice/net/nssdb" ] || { echo "QDevice certificate store already initialised, set force to delete!"; exit 255; }; done',
      `  ssh -p ${devicePort} -o HostKeyAlias="$3" -o StrictHostKeyChecking=yes -o BatchMode=yes -i /root/.ssh/id_rsa root@127.0.0.1 corosync-qnetd-certutil -i || { echo "no way to $3"; exit 255; }`,
      '  for one in castor pollux; do mkdir -p "$all/$one/corosync/qdevice/net/nssdb"; touch "$all/$one/corosync/qdevice/net/nssdb/cert9.db"; [ -e "$all/$one/unread" ] || [ -e "$all/$one/last-words" ] || touch "$all/$one/active"; done',
      '  printf "  device {\\n    model: net\\n    net {\\n      algorithm: ffsplit\\n      host: %s\\n      tls: on\\n    }\\n    votes: 1\\n  }\\n" "$3" > "$all/device"',
      '  sed -i "/^quorum {/r $all/device" "$all/pve/corosync.conf";;',
      "remove)",
      '  sed -i "/^  device {/,/^  }/d" "$all/pve/corosync.conf"',
      '  rm -rf "$all"/castor/active "$all"/pollux/active "$all"/castor/corosync/qdevice "$all"/pollux/corosync/qdevice;;',
      "esac",
    ].join("\n"),
    systemctl: [
      'case "$*" in',
      '"is-active corosync-qdevice") [ -e "$all/$me/active" ] && echo active || echo inactive;;',
      '"is-enabled corosync-qdevice") [ -e "$all/$me/active" ] && echo enabled || echo disabled;;',
      '"reset-failed corosync-qdevice") rm -f "$all/$me/failed-starts";;',
      '*restart*corosync-qdevice) echo "$me: systemctl $*" >> "$all/calls"',
      '  if [ -e "$all/$me/unread" ] || [ -e "$all/$me/failed-starts" ] || [ -e "$all/$me/last-words" ]; then echo "Job for corosync-qdevice.service failed because the control process exited with error code." >&2; exit 1; fi',
      '  touch "$all/$me/active";;',
      "is-active*) echo active;;",
      "esac",
    ].join("\n"),
    "corosync-cmapctl": '[ ! -e "$all/$me/unread" ]',
    "corosync-cfgtool": '[ "$1" != -R ] || rm -f "$all"/castor/unread "$all"/pollux/unread',
    journalctl: 'cat "$all/$me/last-words"',
    "dpkg-query": 'cat "$all/said-package"',
    "corosync-qdevice-tool":
      '[ -e "$all/$me/active" ] && cat "$all/said-state" || { echo "Can\'t connect to QDevice socket (is QDevice running?)" >&2; exit 1; }',
    "corosync-quorumtool": [
      `if ! ${configured}; then sed -e "s/votes:   3/votes:   2/" -e "s/Total votes:      3/Total votes:      2/" -e "s/A,V,NMW/        /" -e "/ Qdevice$/d" "$all/said-quorum"`,
      'elif [ -e "$all/$me/active" ]; then cat "$all/said-quorum"',
      'else sed -e "s/A,V,NMW\\(.*(local)\\)/NR     \\1/" "$all/said-quorum"; fi',
    ].join("\n"),
  });
}

function tools(folder: string, host: string, bodies: Readonly<Record<string, string>>) {
  const place = path.join(folder, host, "tools");
  const etcCorosync = path.join(folder, host, "corosync");
  mkdirSync(place, { recursive: true });
  mkdirSync(etcCorosync, { recursive: true });
  for (const [name, body] of Object.entries(bodies)) {
    const file = path.join(place, name);
    writeFileSync(file, `#!/bin/bash\nall=${folder} me=${host}\n${body}\n`);
    chmodSync(file, 0o755);
  }
  return { etcPve: path.join(folder, "pve"), tools: place, etcCorosync };
}
