import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A disk in a host, as Ceph's map knows it. */
export interface MappedDisk {
  readonly host: string;
  readonly rack: string;
  readonly class: string;
  /** In whole units. */
  readonly size: number;
}

export interface MappedRule {
  readonly class?: string;
  readonly failureDomain: "host" | "rack";
  readonly kind: "replicated" | "erasure";
  readonly parts: number;
}

const HEAD = `tunable choose_local_tries 0
tunable choose_local_fallback_tries 0
tunable choose_total_tries 50
tunable chooseleaf_descend_once 1
tunable chooseleaf_vary_r 1
tunable chooseleaf_stable 1
tunable straw_calc_version 1
tunable allowed_bucket_algs 54
`;
const TYPES = "type 0 osd\ntype 1 host\ntype 3 rack\ntype 8 datacenter\ntype 11 root\n";

/** Ceph's own programs, asked where each placement group of a pool lies: they are what monitors and OSDs reckon with. */
export class CrushMap {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-crush-"));
  readonly #map = path.join(this.#folder, "osdmap");
  readonly #compiled = path.join(this.#folder, "crush");
  readonly #pgs: number;

  constructor(disks: readonly MappedDisk[], rule: MappedRule, pgs: number) {
    this.#pgs = pgs;
    const text = path.join(this.#folder, "crush.txt");
    writeFileSync(text, `${HEAD}${treeOf(disks)}${ruleOf(rule)}`);
    execFileSync("crushtool", ["-c", text, "-o", this.#compiled]);
    // The number of OSDs that a simple map has is multiplied for its pool's groups; the tree has as many as there are.
    const bits = String(Math.log2(pgs / SLOTS));
    this.#osdmap(
      "--createsimple",
      String(SLOTS),
      "--with-default-pool",
      "--clobber",
      "--pg_bits",
      bits,
      "--pgp_bits",
      bits,
      `--osd_pool_default_size=${rule.parts}`,
    );
    this.#osdmap("--import-crush", this.#compiled);
  }

  /** What the balancer of the managers does until it finds nothing more to do. */
  balance(): void {
    this.#osdmap(
      "--mark-up-in",
      "--upmap",
      "/dev/null",
      "--upmap-max",
      "2000",
      "--upmap-deviation",
      "5",
      "--upmap-active",
      "--save",
    );
  }

  /** The OSDs of each placement group. */
  groups(): readonly (readonly number[])[] {
    const said = this.#osdmap("--mark-up-in", "--test-map-pgs-dump", "--pool", "1");
    return this.#all([...said.matchAll(/^1\.[0-9a-f]+\t\[([\d,]*)\]/gm)]);
  }

  #all(rows: readonly RegExpMatchArray[]): readonly (readonly number[])[] {
    if (rows.length !== this.#pgs) {
      throw new Error(`${rows.length} placement groups were mapped instead of ${this.#pgs}`);
    }
    return rows.map(([, osds = ""]) =>
      osds
        .split(",")
        .filter((one) => one !== "")
        .map(Number),
    );
  }

  /** Where a pool of an erasure code lies, which `osdmaptool` cannot make: the same mapping, before any evening out. */
  tried(parts: number): readonly (readonly number[])[] {
    const words = [
      "--test",
      "--rule",
      "0",
      "--num-rep",
      String(parts),
      "--min-x",
      "0",
      "--max-x",
      String(this.#pgs - 1),
    ];
    const said = execFileSync("crushtool", ["-i", this.#compiled, ...words, "--show-mappings"], {
      encoding: "utf8",
    });
    return this.#all([...said.matchAll(/^CRUSH rule 0 x \d+ \[([\d,]*)\]/gm)]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #osdmap(...words: readonly string[]): string {
    return execFileSync("osdmaptool", [this.#map, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
}

const SLOTS = 64;

function treeOf(disks: readonly MappedDisk[]): string {
  const devices = disks.map((disk, id) => `device ${id} osd.${id} class ${disk.class}\n`);
  const hosts = grouped(
    disks.map((disk, id) => ({ ...disk, name: `osd.${id}` })),
    ({ host }) => host,
  );
  const racks = grouped(hosts, ({ rack }) => rack);
  let id = -1;
  const bucket = (
    type: string,
    name: string,
    items: readonly { readonly name: string; readonly size: number }[],
  ): string => {
    id -= 1;
    return `${type} ${name} {\n id ${id}\n alg straw2\n hash 0\n${items.map((item) => ` item ${item.name} weight ${item.size}.000\n`).join("")}}\n`;
  };
  return [
    ...devices,
    TYPES,
    ...hosts.map(({ name, items }) => bucket("host", name, items)),
    ...racks.map(({ name, items }) => bucket("rack", name, items)),
    bucket("root", "default", racks),
  ].join("");
}

interface Grouped<Item> {
  readonly name: string;
  readonly size: number;
  readonly rack: string;
  readonly items: readonly Item[];
}

function grouped<Item extends { readonly size: number; readonly rack: string }>(
  items: readonly Item[],
  of: (item: Item) => string,
): Grouped<Item>[] {
  return [...new Set(items.map(of))].map((name) => {
    const own = items.filter((item) => of(item) === name);
    return {
      name,
      items: own,
      rack: own[0]?.rack ?? "",
      size: own.reduce((sum, { size }) => sum + size, 0),
    };
  });
}

/** As `ceph osd crush rule create-replicated` and an erasure code's profile write it. */
function ruleOf({ class: bound, failureDomain, kind }: MappedRule): string {
  const take = `step take default${bound === undefined ? "" : ` class ${bound}`}`;
  const choose =
    kind === "replicated"
      ? ["step chooseleaf firstn 0 type"]
      : [
          "step set_chooseleaf_tries 5",
          "step set_choose_tries 100",
          "step chooseleaf indep 0 type",
        ];
  const steps = [...choose.slice(0, -1), take, `${choose.at(-1)} ${failureDomain}`, "step emit"];
  return `rule judged {\n id 0\n type ${kind}\n min_size 1\n max_size 10\n${steps.map((step) => ` ${step}\n`).join("")}}\n`;
}
