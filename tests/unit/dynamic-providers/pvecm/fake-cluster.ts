import type { Clock, HostShell, ShellResult } from "../../../../dynamic-providers/shell/shell.js";

/** Time that only passes when somebody waits. */
export class FakeClock implements Clock {
  private time = 0;
  now(): number {
    return this.time;
  }
  sleep(ms: number): Promise<void> {
    this.time += ms;
    return Promise.resolve();
  }
}

export type Answer = string | { readonly status: number; readonly stdout: string };

/** A host that answers by what a step does, and remembers what it was asked. */
export class FakeHost implements HostShell {
  readonly asked: string[] = [];
  readonly scripts: string[] = [];
  constructor(
    readonly node: string,
    private readonly answer: (verb: string, script: string, asked: readonly string[]) => Answer,
  ) {}

  run(script: string, options: { readonly verb: string }): Promise<ShellResult> {
    this.asked.push(options.verb);
    this.scripts.push(script);
    const answer = this.answer(options.verb, script, this.asked);
    return Promise.resolve(
      typeof answer === "string"
        ? { status: 0, signal: undefined, stdout: answer, stderr: "" }
        : { ...answer, signal: undefined, stderr: "" },
    );
  }
}

/** What the facts script prints on a host. */
export function printedFacts(parts: Readonly<Record<string, string>>): string {
  return Object.entries({
    version: "pve-manager/9.1.2/abc (running kernel: 6.14)",
    clock: "1700000000000",
    "pve-cluster": "active",
    pveproxy: "active",
    ...parts,
  })
    .map(([name, text]) => `\n@@proxmox-ha@@${name}\n${text}\n`)
    .join("");
}

export interface MemberPicture {
  readonly names: readonly string[];
  readonly version?: number;
  readonly localVersion?: number;
  readonly quorate?: boolean;
  readonly cluster?: string;
  readonly links?: string;
  readonly addressesOfLink?: Readonly<Record<number, (at: number) => string>>;
}

/** Facts of a working member of a cluster. */
export function memberParts(
  host: string,
  at: number,
  picture: MemberPicture,
): Record<string, string> {
  const links = picture.addressesOfLink ?? { 0: (node) => `10.203.3.${11 + node}` };
  const conf = (version: number): string =>
    `nodelist {\n${picture.names
      .map(
        (name, index) =>
          `  node {\n    name: ${name}\n    nodeid: ${index + 1}\n    quorum_votes: 1\n${Object.entries(
            links,
          )
            .map(([link, address]) => `    ring${link}_addr: ${address(index)}\n`)
            .join("")}  }\n`,
      )
      .join(
        "",
      )}}\ntotem {\n  cluster_name: ${picture.cluster ?? "ms01"}\n  config_version: ${version}\n}\n`;
  const version = picture.version ?? picture.names.length;
  const quorate = picture.quorate ?? true;
  return {
    host,
    own: `10.203.3.${11 + at} STREAM ${host}`,
    addresses: `2: vmbr0 inet 10.203.3.${11 + at}/24\n1: lo inet 169.254.1.${1 + at}/32`,
    conf: conf(version),
    "local-conf": conf(picture.localVersion ?? version),
    authkey: "/etc/corosync/authkey",
    corosync: "active",
    writable: quorate ? "yes" : "",
    members: JSON.stringify({
      cluster: { quorate: quorate ? 1 : 0 },
      nodelist: Object.fromEntries(
        picture.names.map((name, index) => [name, { id: index + 1, online: 1 }]),
      ),
    }),
    quorum: `Quorate:          ${quorate ? "Yes" : "No"}\nExpected votes:   ${picture.names.length}\nTotal votes:      ${picture.names.length}\n`,
    links: picture.links ?? "",
  };
}

/** Facts of a member whose cluster file system has stopped: /etc/pve is an empty folder, and corosync goes on. */
export function unmountedParts(
  host: string,
  at: number,
  picture: MemberPicture,
): Record<string, string> {
  const {
    conf: _conf,
    members: _members,
    writable: _writable,
    ...rest
  } = memberParts(host, at, picture);
  return { ...rest, conf: "", "conf 32": "", "pve-cluster": "inactive" };
}

/** Facts of a freshly installed host. */
export function freshParts(host: string, at: number): Record<string, string> {
  return {
    host,
    own: `10.203.3.${11 + at} STREAM ${host}`,
    addresses: `2: vmbr0 inet 10.203.3.${11 + at}/24\n1: lo inet 169.254.1.${1 + at}/32`,
    writable: "yes",
  };
}
