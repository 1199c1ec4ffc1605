import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, untilQuorate } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Reasons for which a join must not even begin: each is caused, met by one `up`, and mended. */
interface Reason {
  readonly what: string;
  readonly on: string;
  readonly cause: string;
  readonly mend: string;
  readonly says: RegExp;
}

/** A program of the host that answers something else than it should. */
const pretends = (program: string, line: string): string =>
  `printf '#!/bin/sh\\n${line}\\n' > /usr/local/bin/${program} && chmod +x /usr/local/bin/${program}`;

const BLOCKED =
  "nft add table inet blocked && nft add chain inet blocked in '{ type filter hook input priority 0; }' && nft add rule inet blocked in udp dport 5405 drop";

const ofTheSecond: readonly Reason[] = [
  {
    what: "its own name leads to loopback",
    on: "russell",
    cause: "cp /etc/hosts /root/hosts && sed -i 's/^10.203.3.12 /127.0.1.1 /' /etc/hosts",
    mend: "cat /root/hosts > /etc/hosts",
    says: /on russell its own name resolves to 127\.0\.1\.1, not 10\.203\.3\.12/,
  },
  {
    what: "the member knows it by another address",
    on: "frege",
    cause: "cp /etc/hosts /root/hosts && sed -i 's/^10.203.3.12 /10.203.3.77 /' /etc/hosts",
    mend: "cat /root/hosts > /etc/hosts",
    says: /frege resolves russell to 10\.203\.3\.77/,
  },
  {
    what: "its clock is a minute off",
    on: "russell",
    cause: pretends("date", 'exec /usr/bin/date -d "+60 seconds" "$@"'),
    mend: "rm /usr/local/bin/date",
    says: /clocks of russell and frege differ by 6\d\.\d s/,
  },
  {
    what: "it runs another major version",
    on: "russell",
    cause: pretends("pveversion", "echo pve-manager/8.4.1/2a5fa54a8503f96d"),
    mend: "rm /usr/local/bin/pveversion",
    says: /russell runs Proxmox VE 8\.4\.1, the cluster 9/,
  },
  {
    what: "it has a guest",
    on: "russell",
    cause: "touch /etc/pve/qemu-server/100.conf",
    mend: "rm /etc/pve/qemu-server/100.conf",
    says: /russell has guests \(100\), and joining replaces all of \/etc\/pve/,
  },
  {
    what: "it has a storage of its own that would be lost",
    on: "russell",
    cause: "mkdir -p /srv/own && pvesm add dir own --path /srv/own --content iso",
    mend: "pvesm remove own",
    says: /joining would lose this configuration of russell:\s+storage\.cfg: dir: own/,
  },
  {
    what: "UDP 5405 is blocked on the way in",
    on: "russell",
    cause: BLOCKED,
    mend: "nft delete table inet blocked",
    says: /datagrams do not arrive: 10\.203\.3\.11 -> 10\.203\.3\.12 UDP 5405 \(at russell\)/,
  },
  {
    what: "UDP 5405 is blocked on the way back",
    on: "frege",
    cause: BLOCKED,
    mend: "nft delete table inet blocked",
    says: /datagrams do not arrive: 10\.203\.3\.12 -> 10\.203\.3\.11 UDP 5405 \(at frege\)/,
  },
  {
    what: "it lacks the address of a link",
    on: "russell",
    cause: "ip addr del 169.254.1.2/32 dev lo",
    mend: "ip addr add 169.254.1.2/32 dev lo",
    says: /link 1 should use 169\.254\.1\.2, but russell does not have this address/,
  },
  {
    what: "it has remains of another cluster",
    on: "russell",
    cause:
      "printf 'totem {\\n cluster_name: lab\\n config_version: 4\\n}\\n' > /etc/corosync/corosync.conf",
    mend: "rm /etc/corosync/corosync.conf",
    says: /russell still has the corosync configuration of the cluster lab/,
  },
];
const ofTheThird: readonly Reason[] = [
  {
    what: "the cluster has no quorum",
    on: "russell",
    cause: "systemctl stop corosync",
    mend: "systemctl start corosync pve-cluster",
    says: /the cluster has no quorum \(1 of 2 votes\)/,
  },
  {
    what: "it is a member of another cluster",
    on: "wittgenstein",
    cause: "pvecm create lab --link0 10.203.3.13",
    mend: "true",
    says: /wittgenstein is a member of the cluster lab, not ms01/,
  },
];

let twin: ProgramTwin;
beforeAll(async () => {
  twin = await ProgramTwin.up("refusals");
  // The founder and the hosts' networks stand; the second node waits for its mending.
  await twin.on("russell", "touch /etc/pve/qemu-server/100.conf");
  expect((await twin.run("up")).done.status).toBe(3);
  await twin.on("russell", "rm /etc/pve/qemu-server/100.conf");
});
afterAll(() => closeAll(twin));

/** Everything that a join would write first, on both sides. */
async function written(joiner: string): Promise<string[]> {
  return await Promise.all([
    twin.on("frege", "cat /etc/pve/corosync.conf /etc/pve/priv/authorized_keys; ls /etc/pve/nodes"),
    twin.on(
      joiner,
      "ls -R /etc/corosync /var/lib/corosync; cat /root/.ssh/known_hosts /var/log/proxmox-ha-join.log 2>/dev/null || true",
    ),
  ]);
}

async function refuses(reason: Reason, joiner: string): Promise<void> {
  await twin.on(reason.on, reason.cause);
  const before = await written(joiner);
  const { done, log } = await twin.run("up");
  expect(done.stdout).toMatch(reason.says);
  expect(done.status).toBe(3);
  expect(log.steps().filter(({ verb }) => /^(join|admit|found)/.test(verb))).toEqual([]);
  expect(await written(joiner)).toEqual(before);
  await twin.on(reason.on, reason.mend);
}

describe("the second node is not let in while", () => {
  it.each(ofTheSecond)("$what", async (reason) => {
    await refuses(reason, "russell");
  });
});

describe("the third node is not let in while", () => {
  beforeAll(async () => {
    // Mended, the second one joins; the third has a reason of its own to stay out.
    await twin.on("wittgenstein", "touch /etc/pve/qemu-server/100.conf");
    const { done } = await twin.run("up");
    expect(done.stdout).toContain("wittgenstein has guests (100)");
    await twin.on("wittgenstein", "rm /etc/pve/qemu-server/100.conf");
    await untilQuorate(twin, "frege", 2);
  });

  it.each(ofTheThird)("$what", async (reason) => {
    await refuses(reason, "wittgenstein");
    await untilQuorate(twin, "frege", 2);
  });
});
