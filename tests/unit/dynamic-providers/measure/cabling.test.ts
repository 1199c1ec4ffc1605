import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  compareCabling,
  type DeclaredEnd,
  type Neighbour,
  neighboursScript,
  parseHeard,
} from "../../../../dynamic-providers/measure/cabling.js";

/** As `lldpcli -f json0` prints one neighbour of one port. */
const one = (port: string, name: string, farPort: string): object => ({
  name: port,
  via: "LLDP",
  rid: "1",
  age: "0 day, 00:00:04",
  chassis: [
    {
      id: [{ type: "mac", value: "02:00:00:00:00:01" }],
      name: [{ value: name }],
      descr: [{ value: "Debian GNU/Linux" }],
    },
  ],
  port: [
    {
      id: [{ type: "ifname", value: farPort }],
      descr: [{ value: farPort }],
      ttl: [{ value: "120" }],
    },
  ],
});
const heard = (interfaces: readonly object[], carrier: string): string =>
  `${JSON.stringify({ lldp: [{ interface: interfaces }] })}\n@@proxmox-ha-carrier@@${carrier}`;

describe("what a node hears on its ports", () => {
  it("is the name without its domain and the port at the far end", () => {
    const output = heard(
      [one("en05", "russell.home.example", "en06"), one("enp87s0", "switch", "7")],
      " en05 en06",
    );
    expect(parseHeard(["en05", "en06"], output)).toEqual({
      neighbours: [{ port: "en05", name: "russell", farPort: "en06" }],
      silent: ["en06"],
    });
  });

  it("is read from what a real daemon printed", () => {
    const file = path.resolve(__dirname, "../../../fixtures/network/lldp-neighbours.json");
    expect(parseHeard(["en05", "en06"], readFileSync(file, "utf8")).neighbours).toEqual([
      { port: "en06", name: "russell", farPort: "en05" },
      { port: "en05", name: "wittgenstein", farPort: "en06" },
    ]);
  });

  it("is nothing where no daemon runs, and a port without a cable is not waited for", () => {
    expect(parseHeard(["en05", "en06"], "\n@@proxmox-ha-carrier@@ en05")).toEqual({
      neighbours: [],
      silent: ["en05"],
    });
    expect(parseHeard(["en05"], "")).toEqual({ neighbours: [], silent: [] });
  });

  it("takes the description of a port whose id is no name", () => {
    const text = JSON.stringify({
      lldp: [
        {
          interface: [
            {
              name: "en05",
              chassis: [{ name: [{ value: "leaf1" }] }],
              port: [
                {
                  id: [{ type: "mac", value: "02:00:00:00:00:09" }],
                  descr: [{ value: "Ethernet1" }],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(parseHeard(["en05"], text).neighbours).toEqual([
      { port: "en05", name: "leaf1", farPort: "Ethernet1" },
    ]);
  });

  it("is asked by a script that a shell accepts", () => {
    const script = neighboursScript(["en05", "lo"]);
    const out = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    expect(parseHeard(["en05", "lo"], out).neighbours).toEqual([]);
  });
});

/** Three nodes in a ring, each node's en06 in the next one's en05. */
const declared: readonly DeclaredEnd[] = [
  { node: "frege", port: "en06", to: "russell:en05" },
  { node: "russell", port: "en05", to: "frege:en06" },
  { node: "russell", port: "en06", to: "wittgenstein:en05" },
  { node: "wittgenstein", port: "en05", to: "russell:en06" },
  { node: "wittgenstein", port: "en06", to: "frege:en05" },
  { node: "frege", port: "en05", to: "wittgenstein:en06" },
];
function seenWith(cables: readonly (readonly [string, string])[]) {
  const seen: Record<string, Neighbour[]> = { frege: [], russell: [], wittgenstein: [] };
  for (const [a, b] of [...cables, ...cables.map(([x, y]) => [y, x] as const)]) {
    const [node = "", port = ""] = a.split(":");
    const [name = "", farPort = ""] = b.split(":");
    seen[node]?.push({ port, name, farPort });
  }
  return seen;
}

describe("cabling against what the stack file declares", () => {
  it("is as declared", () => {
    const seen = seenWith([
      ["frege:en06", "russell:en05"],
      ["russell:en06", "wittgenstein:en05"],
      ["wittgenstein:en06", "frege:en05"],
    ]);
    expect(compareCabling(declared, seen)).toEqual({
      cables: [
        "frege:en05 - wittgenstein:en06",
        "frege:en06 - russell:en05",
        "russell:en06 - wittgenstein:en05",
      ],
      differences: [],
    });
  });

  it("names two plugs that have changed places, and what that means at the far ends", () => {
    const seen = seenWith([
      ["frege:en05", "russell:en05"],
      ["russell:en06", "wittgenstein:en05"],
      ["wittgenstein:en06", "frege:en06"],
    ]);
    const { differences } = compareCabling(declared, seen);
    expect(differences[0]).toBe(
      "frege: the cables of en06 and en05 are swapped: en06 leads to wittgenstein:en06 (declared russell:en05), en05 leads to russell:en05 (declared wittgenstein:en06)",
    );
    expect(differences.slice(1)).toEqual([
      "russell:en05 leads to frege:en05, and is declared to lead to frege:en06",
      "wittgenstein:en06 leads to frege:en06, and is declared to lead to frege:en05",
    ]);
  });

  it("names the ends of a cable that is out", () => {
    const seen = seenWith([
      ["russell:en06", "wittgenstein:en05"],
      ["wittgenstein:en06", "frege:en05"],
    ]);
    expect(compareCabling(declared, seen).differences).toEqual([
      "frege:en06 is declared to lead to russell:en05, and no neighbour is heard on it",
      "russell:en05 is declared to lead to frege:en06, and no neighbour is heard on it",
    ]);
  });

  it("takes any port of a switch that is declared without one", () => {
    const seen = { frege: [{ port: "enp1s0", name: "leaf1", farPort: "Ethernet7" }] };
    const wish = (to: string): readonly DeclaredEnd[] => [{ node: "frege", port: "enp1s0", to }];
    expect(compareCabling(wish("leaf1"), seen).differences).toEqual([]);
    expect(compareCabling(wish("leaf2"), seen).differences).toEqual([
      "frege:enp1s0 leads to leaf1:Ethernet7, and is declared to lead to leaf2",
    ]);
  });

  it("is only reported where nothing is declared", () => {
    const seen = seenWith([["frege:en05", "russell:en05"]]);
    expect(compareCabling([], seen)).toEqual({
      cables: ["frege:en05 - russell:en05"],
      differences: [],
    });
  });
});
