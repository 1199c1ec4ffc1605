import { z } from "zod";
import { parseJson } from "../transport/base/json.js";
import { sh } from "../transport/ssh/quoting.js";

/** One direction of one corosync link. */
export interface UdpPath {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

export interface HostExchange {
  readonly sends: readonly UdpPath[];
  readonly expects: readonly UdpPath[];
}

/**
 * Which datagrams each host sends and waits for, so that every link between the joining node and every member is
 * proved in both directions. A join over a blocked path hangs for ever and locks key logins out.
 */
export function planExchange(
  joiner: { readonly name: string; readonly links: Readonly<Record<number, string>> },
  members: readonly { readonly name: string; readonly links: Readonly<Record<number, string>> }[],
  firstPort: number,
): ReadonlyMap<string, HostExchange> {
  const paths = members.flatMap((member) =>
    Object.entries(joiner.links).flatMap(([link, address]) => {
      const other = member.links[Number(link)];
      const port = firstPort + Number(link);
      return other === undefined
        ? []
        : [
            {
              sender: joiner.name,
              receiver: member.name,
              path: { from: address, to: other, port },
            },
            {
              sender: member.name,
              receiver: joiner.name,
              path: { from: other, to: address, port },
            },
          ];
    }),
  );
  return new Map(
    [joiner, ...members].map(({ name }) => [
      name,
      {
        sends: paths.filter(({ sender }) => sender === name).map(({ path }) => path),
        expects: paths.filter(({ receiver }) => receiver === name).map(({ path }) => path),
      },
    ]),
  );
}

/**
 * Script for one host. It listens on raw sockets, which see a datagram only after the host's packet filter let it in,
 * even where corosync itself holds the port. All hosts run it at the same time; it ends when everything has arrived.
 */
export function exchangeScript(exchange: HostExchange, nonce: string, seconds: number): string {
  const plan = JSON.stringify({ ...exchange, nonce, seconds });
  return sh`python3 - ${plan} <<'PROXMOX_HA_EXCHANGE'
import json, select, socket, struct, sys, time
plan = json.loads(sys.argv[1])
nonce = plan["nonce"].encode()
family = lambda a: socket.AF_INET6 if ":" in a else socket.AF_INET
listeners = {f: socket.socket(f, socket.SOCK_RAW, socket.IPPROTO_UDP)
             for f in {family(p["to"]) for p in plan["expects"]}}
senders = []
for p in plan["sends"]:
    s = socket.socket(family(p["from"]), socket.SOCK_DGRAM)
    try:
        s.bind((p["from"], 0))
        senders.append((s, (p["to"], p["port"])))
    except OSError:
        pass
missing = {(p["from"], p["to"], p["port"]) for p in plan["expects"]}
wanted = {(p["from"], p["port"]): (p["from"], p["to"], p["port"]) for p in plan["expects"]}
end = time.monotonic() + plan["seconds"]
linger = None
next_send = 0.0
while time.monotonic() < end and (linger is None or time.monotonic() < linger):
    now = time.monotonic()
    if now >= next_send:
        next_send = now + 0.2
        for s, to in senders:
            try:
                s.sendto(nonce, to)
            except OSError:
                pass
    ready, _, _ = select.select(list(listeners.values()), [], [], 0.05)
    for s in ready:
        data, source = s.recvfrom(65535)
        header = data[(data[0] & 15) * 4:] if s.family == socket.AF_INET else data
        if len(header) < 8 or header[8:] != nonce:
            continue
        port = struct.unpack("!H", header[2:4])[0]
        missing.discard(wanted.get((source[0], port)))
    if not missing and linger is None:
        linger = time.monotonic() + 1.0  # the other side may still need our datagrams
print(json.dumps({"missing": [{"from": a, "to": b, "port": c} for a, b, c in sorted(missing)]}))
PROXMOX_HA_EXCHANGE
`;
}

const result = z.object({
  missing: z.array(z.object({ from: z.string(), to: z.string(), port: z.number() })),
});

/** Paths on which nothing arrived; undefined when the host printed no result. */
export function parseExchange(output: string): readonly UdpPath[] | undefined {
  const line = output.trim().split("\n").at(-1) ?? "";
  const parsed = result.safeParse(parseJson(line));
  return parsed.success ? parsed.data.missing : undefined;
}
