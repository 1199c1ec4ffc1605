import type { ProgramTwin } from "../e2e/support/program-twin.js";

/** sshd tells each session that it starts; so the hosts count, whoever asks and however. */
const ARMED = [
  "printf '%s\\n' 'LogLevel VERBOSE' 'AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 /etc/ssh/proxmox-ha_authorized_keys' > /etc/ssh/sshd_config.d/zz-counted.conf",
  "sshd -t && systemctl reload ssh",
].join(" && ");

/** Counts the sessions that began for somebody outside the cluster: commands and file transfers alike. */
export class Executions {
  private readonly nodes: readonly string[];
  private readonly script: string;

  constructor(
    private readonly twin: ProgramTwin,
    addresses: Readonly<Record<string, string>>,
  ) {
    this.nodes = Object.keys(addresses);
    const own = Object.values(addresses).join("|").replaceAll(".", "\\.");
    this.script = `journalctl -o cat -t sshd -t sshd-session | grep 'Starting session: ' | grep -cvE ' from (${own}|169\\.254\\.[0-9.]+) ' || true`;
  }

  async arm(): Promise<void> {
    await Promise.all(this.nodes.map((node) => this.twin.on(node, ARMED)));
  }

  /** How many began on all nodes while something was done; looking afterwards is a session itself, and does not count. */
  async during<T>(work: () => Promise<T>): Promise<{ readonly done: T; readonly count: number }> {
    const before = await this.total();
    const done = await work();
    return { done, count: (await this.total()) - before - this.nodes.length };
  }

  private async total(): Promise<number> {
    const counts = await Promise.all(
      this.nodes.map(async (node) => Number(await this.twin.on(node, this.script))),
    );
    return counts.reduce((sum, one) => sum + one, 0);
  }
}
