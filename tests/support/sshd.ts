import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SshConnection } from "../../dynamic-providers/transport/ssh/connection.js";
import { newKeyPair } from "../../dynamic-providers/transport/ssh/key-pair.js";
import { fingerprintOf } from "../../dynamic-providers/transport/ssh/known-hosts.js";
import { eventually } from "../../twin/testing/index.js";

/** A real sshd on the loopback address, with a host key, keys and folders of its own. */
export interface TestSshd {
  readonly folder: string;
  readonly port: number;
  readonly keyFile: string;
  readonly hostKey: string;
  readonly password: string;
  connection(change?: Partial<SshConnection>): SshConnection;
  /** Gives the host another key, as an installation anew does. */
  changeHostKey(): Promise<void>;
  stop(): void;
}

interface SshdOptions {
  readonly acceptsKey?: boolean;
  /** A client key that it accepts besides its own. */
  readonly alsoAccepts?: string;
  /** What root logs in with, instead of bash. */
  readonly loginShell?: string;
  /** What sshd runs in place of every command that a client asks for. */
  readonly forcedCommand?: string;
  /** What root's start-up file says, at each login and each command. */
  readonly startUp?: string;
  /** Folders that it has as /etc/pve and among the commands: with them it is a Proxmox host. */
  readonly proxmox?: {
    readonly etcPve: string;
    readonly tools: string;
    readonly etcCorosync?: string;
  };
}

/**
 * sshd sees what it would write to as empty folders of its own: root's home, the program's records and the drop-ins of
 * its configuration. So a test can do to it what the program does to a host, and the machine stays as it was.
 */
export async function startSshd(options: SshdOptions = {}): Promise<TestSshd> {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-sshd-"));
  const port = await freePort();
  const keyFile = path.join(folder, "client_key");
  const client = newKeyPair();
  writeFileSync(keyFile, client.private, { mode: 0o600 });
  writeFileSync(`${keyFile}.pub`, client.public);
  const accepted = [client.public, options.alsoAccepts ?? ""].join("\n");
  writeFileSync(path.join(folder, "authorized_keys"), `${accepted}\n`);
  const password = "only-for-this-test";
  const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], { input: password });
  const shadow = readFileSync("/etc/shadow", "utf8").replace(
    /^root:[^:]*:/m,
    () => `root:${hash.toString().trim()}:`,
  );
  writeFileSync(path.join(folder, "shadow"), shadow, { mode: 0o600 });
  const passwd = readFileSync("/etc/passwd", "utf8").replace(
    /^(root:.*:)[^:]*$/m,
    (_line, head: string) => `${head}${options.loginShell ?? "/bin/bash"}`,
  );
  writeFileSync(path.join(folder, "passwd"), passwd);
  writeFileSync(path.join(folder, "bashrc"), options.startUp ?? "");
  writeFileSync(
    path.join(folder, "config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${folder}/host_key`,
      `PidFile ${folder}/pid`,
      `AuthorizedKeysFile .ssh/authorized_keys ${
        options.acceptsKey === false ? "" : `${folder}/authorized_keys`
      }`,
      "PermitRootLogin yes",
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication yes",
      ...(options.forcedCommand === undefined ? [] : [`ForceCommand ${options.forcedCommand}`]),
      "",
    ].join("\n"),
  );
  makeHostKey(folder);
  let daemon = await start(folder, port, options.proxmox);
  return {
    folder,
    port,
    keyFile,
    password,
    get hostKey() {
      return hostKeyOf(folder);
    },
    connection: (change = {}) => ({
      host: "127.0.0.1",
      node: "frege",
      port,
      user: "root",
      hostKey: hostKeyOf(folder),
      knownHostsFile: path.join(folder, "known_hosts"),
      auth: { keyFile },
      ...change,
    }),
    changeHostKey: async () => {
      await stop(daemon);
      makeHostKey(folder);
      daemon = await start(folder, port, options.proxmox);
    },
    stop: () => {
      void stop(daemon).then(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") {
    throw new Error("no port");
  }
  return address.port;
}

function makeHostKey(folder: string): void {
  rmSync(path.join(folder, "host_key"), { force: true });
  rmSync(path.join(folder, "host_key.pub"), { force: true });
  execFileSync("ssh-keygen", [
    "-q",
    "-t",
    "ed25519",
    "-N",
    "",
    "-f",
    path.join(folder, "host_key"),
  ]);
}

function hostKeyOf(folder: string): string {
  const [, key = ""] = readFileSync(path.join(folder, "host_key.pub"), "utf8").split(" ");
  return fingerprintOf(Buffer.from(key, "base64"));
}

async function start(
  folder: string,
  port: number,
  proxmox: SshdOptions["proxmox"],
): Promise<ChildProcess> {
  mkdirSync("/run/sshd", { recursive: true });
  mkdirSync("/var/lib/proxmox-ha", { recursive: true });
  const script = [
    "set -e",
    // A layer of its own over /etc, because the machine itself has no /etc/pve and shall get none.
    ...(proxmox === undefined
      ? []
      : [
          'mkdir "$1/etc" && mount -t tmpfs tmpfs "$1/etc" && mkdir "$1/etc/upper" "$1/etc/work"',
          'mount -t overlay -o "lowerdir=/etc,upperdir=$1/etc/upper,workdir=$1/etc/work" overlay /etc',
          'mkdir -p /etc/pve && mount --bind "$2" /etc/pve && mount --bind "$3" /usr/local/sbin',
          "mkdir -p /var/lib/ceph && mount -t tmpfs tmpfs /var/lib/ceph",
          "mkdir -p /etc/ceph && ln -sfn /etc/pve/ceph.conf /etc/ceph/ceph.conf",
          'if [ -n "$4" ]; then mkdir -p /etc/corosync && mount --bind "$4" /etc/corosync; fi',
        ]),
    "mkdir -p /root/.ssh /etc/ssh/sshd_config.d",
    "mount -t tmpfs tmpfs /root/.ssh",
    // What a developer's own start-up file does would only slow every step down.
    '[ ! -f /root/.bashrc ] || mount --bind "$1/bashrc" /root/.bashrc',
    "mount -t tmpfs tmpfs /var/lib/proxmox-ha",
    // The program checks the host's whole configuration after its change, so there must be one.
    'mkdir -p "$1/etc-ssh/sshd_config.d" && cp "$1/config" "$1/etc-ssh/sshd_config"',
    'cp "$1/host_key.pub" "$1/etc-ssh/ssh_host_ed25519_key.pub"',
    'mount --bind "$1/etc-ssh" /etc/ssh',
    'mount --bind "$1/shadow" /etc/shadow && mount --bind "$1/passwd" /etc/passwd',
    'exec /usr/sbin/sshd -D -e -f "$1/config"',
  ].join("\n");
  const folders =
    proxmox === undefined ? [] : [proxmox.etcPve, proxmox.tools, proxmox.etcCorosync ?? ""];
  const daemon = spawn("unshare", ["-m", "bash", "-c", script, "sshd", folder, ...folders], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  daemon.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const probe = net.connect(port, "127.0.0.1");
        probe.once("connect", () => {
          probe.destroy();
          resolve(true);
        });
        probe.once("error", () => resolve(false));
      }),
    () => `sshd does not listen: ${said}`,
  );
  return daemon;
}

/** Ends the daemon and the sessions that it has forked. */
async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.pid === undefined) {
    return;
  }
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill("SIGTERM");
  await ended;
}
