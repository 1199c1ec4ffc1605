import type { Shell } from "./run-options.js";

/** What every resource may want to know about its host. */
export interface HostFacts {
  readonly hostName: string;
  readonly bootId: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly debian: string;
  /** "9.1.2", or empty when Proxmox VE is not installed. */
  readonly pveVersion: string;
  readonly unixTimeMs: number;
}

interface AskedOnce extends Shell {
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
}

const SCRIPT = `printf 'hostName=%s\\n' "$(hostname)"
printf 'bootId=%s\\n' "$(cat /proc/sys/kernel/random/boot_id)"
printf 'kernel=%s\\n' "$(uname -r)"
printf 'architecture=%s\\n' "$(uname -m)"
printf 'debian=%s\\n' "$(. /etc/os-release; echo "$VERSION_ID")"
printf 'pveVersion=%s\\n' "$(pveversion 2>/dev/null | cut -d/ -f2)"
printf 'unixTimeMs=%s\\n' "$(date +%s%3N)"
`;

/** One round trip for each host and run, whoever asks. */
export function hostFacts(host: AskedOnce): Promise<HostFacts> {
  return host.once("host facts", async () => {
    const { stdout } = await host.run(SCRIPT, {
      timeoutMs: 20_000,
      repeatable: true,
      verb: "read the host's facts",
    });
    return parseHostFacts(stdout);
  });
}

/** Missing lines become empty values. */
export function parseHostFacts(output: string): HostFacts {
  const values = new Map(
    output.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const text = (name: string): string => values.get(name) ?? "";
  return {
    hostName: text("hostName"),
    bootId: text("bootId"),
    kernel: text("kernel"),
    architecture: text("architecture"),
    debian: text("debian"),
    pveVersion: text("pveVersion"),
    unixTimeMs: Number(text("unixTimeMs")) || 0,
  };
}
