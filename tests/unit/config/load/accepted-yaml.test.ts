import { describe, expect, it } from "vitest";
import { oddKey, oddValue } from "../../../../config/findings/plain-scalars.js";
import { loadStack, specFromConfig } from "../../../../config/load/index.js";
import { findingsOf, patched, textOf } from "../wrong/wrong-stack.js";

const GOOD = textOf("frege");
/** What the good file leaves open is said of every file here, and is another matter. */
const LEFT_OPEN = ["section/not-applied", "fencing/no-pin"];
const load = (text: string) => {
  const loaded = loadStack({ file: "Pulumi.test.yaml", text, today: "2026-11-21" });
  const findings = loaded.findings.filter(({ code }) => !LEFT_OPEN.includes(code));
  return { ...loaded, findings };
};

describe("values without quotes", () => {
  it.each(["0", "7", "-3", "0.5", "10.25", "9007199254740991", "010.0.0.1", "0x", "x10", "1.2.3"])(
    "%s means one thing to every reader",
    (text) => expect(oddValue(text)).toBeUndefined(),
  );

  it.each<[string, string | undefined]>([
    ["010", "10"],
    ["08", "8"],
    ["-017", "-17"],
    ["00", "0"],
    ["00.5", "0.5"],
    ["0o17", "15"],
    ["0x1F", "31"],
    ["0b101", "5"],
    ["1_000", "1000"],
    ["+5", "5"],
    ["1e3", "1000"],
    [".5", "0.5"],
    ["5.", "5"],
    ["-0", "0"],
    ["9007199254740993", undefined],
    ["1e400", undefined],
    [".inf", undefined],
    ["-.INF", undefined],
    [".nan", undefined],
  ])("%s is odd", (text, meant) => expect(oddValue(text)).toEqual({ kind: "number", meant }));

  it.each(["2026-12-01", "2026-1-2", "2026-12-01T10:00:00Z", "2026-12-01 10:00:00"])(
    "%s is a moment",
    (text) => expect(oddValue(text)).toEqual({ kind: "day" }),
  );

  // go-yaml 3 leaves these words and base 60 alone, as YAML 1.2 does.
  it.each(["yes", "no", "on", "off", "y", "n", "25:61", "02:00"])("%s is text", (text) =>
    expect(oddValue(text)).toBeUndefined(),
  );

  it.each(["303", "1.5", "true", "Null", "~", ""])("%s is no name", (text) =>
    expect(oddKey(text)).toEqual({ kind: "name" }),
  );
});

describe("a stack file with odd texts", () => {
  const oddOnes = (text: string) =>
    load(text).findings.map(({ code, path, line }) => `${code} ${path} ${line}`);

  it.each([
    [
      "vlan: 010",
      "on: vmbr0\n",
      "on: vmbr0\n        vlan: 010\n",
      "yaml/number networks.management.vlan",
      "Write 10 where",
    ],
    [
      "votes: 010",
      "hardware: ms-01\n",
      "hardware: ms-01\n        votes: 010\n",
      "yaml/number nodes.frege.votes",
      "Write 10 where",
    ],
    [
      "a kernel setting",
      "timezone:",
      "sysctl: { kernel.shmmax: 18446744073692774399 }\n      timezone:",
      'yaml/number base.sysctl["kernel.shmmax"]',
      '"18446744073692774399"',
    ],
    [
      "a node 303",
      "      russell:\n",
      "      303:\n",
      'yaml/name nodes["303"]',
      'Write it in quotes: "303"',
    ],
    [
      "a node 007",
      "      russell:\n",
      "      007:\n",
      'yaml/number nodes["7"]',
      'Write it in quotes: "007"',
    ],
    [
      "a node that is a day",
      "      russell:\n",
      "      2026-12-01:\n",
      'yaml/day nodes["2026-12-01"]',
      "quotes",
    ],
    ["a node nobody named", "      russell:\n", "      ~:\n", "yaml/name", "quotes"],
    [
      "a name as priority",
      "russell: 50,",
      "303: 50,",
      'yaml/name ha.placements.ms01-cluster["303"]',
      "quotes",
    ],
  ])("%s", (_name, from, to, where, fix) => {
    expect(GOOD).toContain(from);
    const text = GOOD.replace(from, to);
    const { spec, findings } = load(text);
    expect(spec).toBeUndefined();
    const found = findings.find(({ code, path }) => `${code} ${path}`.startsWith(where));
    expect(found, JSON.stringify(findings)).toBeDefined();
    expect(found?.fix).toContain(fix);
    expect(
      text
        .split("\n")
        .slice((found?.line ?? 0) - 1)
        .join("\n"),
    ).toContain(to.trim().split("\n").at(-1)?.split(":")[0]?.trim() ?? "?");
  });

  it("may name a node 303 in quotes, in any place of the order", () => {
    const text = GOOD.replace("      russell:\n", '      "303":\n')
      .replace("russell: 50,", '"303": 50,')
      .replace("/ms01/amt/russell", "/ms01/amt/n303");
    expect(oddOnes(text)).toEqual([]);
    expect(Object.keys(load(text).spec?.nodes ?? {})).toContain("303");
  });

  it("may leave out the quotes of a day where a day belongs, and nowhere else", () => {
    const consent = GOOD.replace(
      "    ha:\n",
      "    consent: { reboot.frege: 2026-12-01 }\n    ha:\n",
    );
    expect(load(consent).spec?.consent).toEqual({ "reboot.frege": "2026-12-01" });
    const trigger = GOOD.replace(
      "    ha:\n",
      "    hooks: [{ phase: ha, when: after, on: controller, command: x, triggers: [2026-12-01] }]\n    ha:\n",
    );
    expect(oddOnes(trigger)).toEqual([
      expect.stringMatching(/^yaml\/day hooks\[0\].triggers\[0\] \d+$/),
    ]);
  });
});

describe("anchors and aliases", () => {
  const AMT = "        hardware: ms-01\n        fence:";
  const anchored = GOOD.replace("dns: [10.203.3.1]", "dns: &routers [10.203.3.1]")
    .replace("ntp: [10.203.3.1]", "ntp: *routers")
    .replace("hardware: ms-01", "hardware: &machine ms-01")
    .replaceAll(AMT, "        hardware: *machine\n        fence:")
    .replace("hardware: *machine", "hardware: &machine ms-01");

  it("mean what stands at the anchor", () => {
    expect(anchored).toContain("*machine");
    expect(load(anchored).findings).toEqual([]);
    expect(load(anchored).spec).toEqual(load(GOOD).spec);
  });

  it("show a mistake where it stands, for every place that repeats it", () => {
    const text = anchored.replace("&routers [10.203.3.1]", "&routers [10.203.3.999]");
    const { findings } = load(text);
    expect(findings.map(({ path }) => path).sort()).toEqual(["base.dns[0]", "base.ntp[0]"]);
    expect(new Set(findings.map(({ line }) => line)).size).toBe(1);
  });

  it.each([
    ["an alias in an alias", "a: &a [1]\nb: &b [*a]\nc: *b\n"],
    ["an anchor inside itself", "a: &a [*a]\n"],
    ["three hundred aliases", `a: &a 1\nb: [${"*a, ".repeat(300)}]\n`],
    ["a small file that grows", `a: &a [${"1, ".repeat(5_000)}]\nb: [*a, *a, *a, *a, *a]\n`],
  ])("%s is refused at once", (_name, text) => {
    const start = Date.now();
    expect(load(text).findings.map(({ code }) => code)).toEqual(["yaml/alias"]);
    expect(Date.now() - start).toBeLessThan(2_000);
  });
});

describe("names that JavaScript knows", () => {
  it.each([
    ["corosync/links", ["constructor"]],
    ["networks/management/on", "constructor"],
    ["hooks", [{ phase: "ha", when: "after", on: "constructor", command: "true" }]],
    ["storage/nfs-vms/nodes", ["constructor"]],
    ["ha/placements/ms01-cluster", { constructor: 1 }],
    ["datacenter/migrationNetwork", "constructor"],
    ["ha/resources", { "vm:100": { placement: "constructor" } }],
  ])("%s is looked up among the names of the file", (where, value) => {
    const findings = findingsOf(patched("frege", { [where]: value }));
    expect(findings.filter(({ severity }) => severity === "error").length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).toContain("constructor");
  });

  it("a key __proto__ is refused by both readers", () => {
    const { findings } = load(
      GOOD.replace("    nodes:\n", "    nodes:\n      __proto__: { address: 10.203.3.19 }\n"),
    );
    expect(findings.map(({ code, path }) => [code, path])).toEqual([
      ["schema/key", "nodes.__proto__"],
    ]);
    expect(findings[0]?.line).toBeGreaterThan(20);
    const value: unknown = JSON.parse('{"name":"x","nodes":{"__proto__":{}}}');
    expect(specFromConfig(value).findings.map(({ path }) => path)).toEqual(["nodes.__proto__"]);
  });

  it("mappings have nothing but their own keys, and can still be put into a text, as Pulumi does", () => {
    const { spec } = load(GOOD);
    expect([spec?.nodes.constructor, `${spec?.storage}`]).toEqual([undefined, "[object Object]"]);
  });

  it("a cluster without nodes is none", () => {
    const findings = findingsOf(patched("frege", { nodes: {} }));
    expect(findings[0]).toMatchObject({ path: "nodes", fix: "Name at least one node." });
  });
});

describe("a file with very many mistakes", () => {
  const keys = (index: number) => `      k${index}: 1\n`;
  const nodes = (index: number) => `      n${index}: {}\n`;
  const names = (index: number) => `      ${index}: {}\n`;

  // Processor time, because the machine may be busy with other things.
  it.each([
    ["30000 unknown keys", 30_000, keys, "    base:\n"],
    ["5000 wrong nodes", 5_000, nodes, "    nodes:\n"],
    ["5000 odd names", 5_000, names, "    nodes:\n"],
  ])(
    "%s bring a short report soon",
    (_name, count, line, below) => {
      const many = Array.from({ length: count }, (_, index) => line(index)).join("");
      const start = process.cpuUsage();
      const { findings } = load(GOOD.replace(below, `${below}${many}`));
      const { user } = process.cpuUsage(start);
      expect(findings.length).toBeLessThanOrEqual(102);
      expect(findings.at(-1)).toMatchObject({ code: "file/more" });
      expect(findings.at(-1)?.what).toMatch(/There are \d{4,5} further findings/);
      expect(JSON.stringify(findings).length).toBeLessThan(100_000);
      expect(user / 1_000_000).toBeLessThan(20);
    },
    180_000,
  );
});
