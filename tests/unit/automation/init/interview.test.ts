import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Prompt } from "../../../../automation/init/interview.js";
import { usualName } from "../../../../automation/init/plain.js";
import { requestOf } from "../../../../automation/init/request.js";
import { runInit } from "../../../../automation/init/run.js";
import { agreeTo } from "../../../../automation/init/trust.js";
import { loadStack } from "../../../../config/load/index.js";
import { pinOf } from "./sights.js";

let folder: string;
let shown: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "init-unit-"));
  vi.stubEnv("PROXMOX_HA_PROJECT", folder);
  shown = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody who answers questions by what they begin with, several times if need be. */
function person(
  answers: Readonly<Record<string, readonly string[]>>,
): Prompt & { readonly heard: string[] } {
  const left = new Map(Object.entries(answers).map(([begin, all]) => [begin, [...all]]));
  const heard: string[] = [];
  return {
    heard,
    say: (text) => heard.push(text),
    ask: async (question) => {
      heard.push(question);
      const key = [...left.keys()].find((begin) => question.startsWith(begin));
      return (key === undefined ? undefined : left.get(key)?.shift()) ?? "";
    },
  };
}

const run = (options: Parameters<typeof requestOf>[1], prompt?: Prompt, stack = "lab") =>
  runInit({ ...requestOf(stack, options), json: options.json === true, prompt });

const fileOf = (stack: string): string => path.join(folder, `Pulumi.${stack}.yaml`);
function specOf(stack: string) {
  const { spec } = loadStack({
    file: stack,
    text: readFileSync(fileOf(stack), "utf8"),
    today: "2026-11-30",
  });
  if (spec === undefined) {
    throw new Error("it does not validate");
  }
  return spec;
}

const ALL = {
  node: ["one=10.0.0.11", "two=10.0.0.12", "three=10.0.0.13"],
  gateway: "10.0.0.1",
  domain: "home.example",
  timezone: "Europe/Vienna",
} as const;

describe("init by options", () => {
  it("writes a file that validates and ends with what to do next", async () => {
    expect(await run(ALL)).toBe(0);
    expect(specOf("lab")).toMatchObject({
      name: "lab",
      nodes: { one: { id: 1 }, three: { id: 3, address: "10.0.0.13", hardware: "generic" } },
      interfaces: { vmbr0: { bridge: { ports: ["eno1"] } } },
      base: { dns: ["10.0.0.1"], ntp: ["10.0.0.1"] },
      access: { installerPassword: { env: "LAB_ROOT_PASSWORD" } },
    });
    expect(shown).toContain("LAB_ROOT_PASSWORD: root's password");
    expect(shown).toContain("proxmox-ha preview lab");
  });

  it("takes the port of the machine's profile, and hints at its ring", async () => {
    await run(
      { ...ALL, hardware: "ms-01", password: "ssm:/lab/root", region: "eu-central-1" },
      undefined,
      "ring",
    );
    expect(specOf("ring").interfaces.vmbr0?.bridge?.ports).toEqual(["enp87s0"]);
    expect(readFileSync(fileOf("ring"), "utf8")).toContain(
      "# ring: { thunderbolt: {}, loopbacks: 10.255.255.0/24 }",
    );
    expect(specOf("ring").secrets.ssm).toMatchObject({ region: "eu-central-1", prefix: "/lab" });
  });

  it("prints one object for programs", async () => {
    await run({ ...ALL, json: true });
    expect(JSON.parse(shown)).toMatchObject({
      stack: "lab",
      file: fileOf("lab"),
      nodes: ["one", "two", "three"],
    });
  });

  it("tells all that is missing at once, with a call that has it", async () => {
    const failure = run({ node: ALL.node });
    await expect(failure).rejects.toThrow(
      /--gateway: default gateway\n {2}--domain: [^\n]+\n {2}--timezone/,
    );
    await expect(failure).rejects.toThrow(/proxmox-ha init lab --node one=10\.0\.0\.11.*--from/s);
    expect(existsSync(fileOf("lab"))).toBe(false);
  });

  it.each([
    [
      { ...ALL, gateway: "10.0.0" },
      /--gateway 10\.0\.0: write an IPv4 address: 10\.0\.0\.11\. For example `--gateway 10\.0\.0\.1`/,
    ],
    [{ ...ALL, node: ["one"] }, /write NAME=ADDRESS for each/],
    [{ ...ALL, node: ["One=10.0.0.11"] }, /use lower-case letters/],
    [{ ...ALL, timezone: "Vienna" }, /--timezone Vienna: write a time zone/],
    [
      { ...ALL, password: "secret!" },
      /never the secret itself: env:NAME, ssm:\/path or pulumi:key/,
    ],
    [{ ...ALL, major: "7" }, /--major 7: write 8 or 9/],
    [{ ...ALL, sshPort: "ssh" }, /--ssh-port ssh is no port/],
  ])("says where, what and what to write: %#", async (options, said) => {
    await expect((async () => run(options))()).rejects.toThrow(said);
    expect(existsSync(fileOf("lab"))).toBe(false);
  });

  it("writes nothing that does not validate, and says what is wrong with it", async () => {
    const failure = run({ ...ALL, node: ["one=10.0.0.11", "two=10.0.0.11"] });
    await expect(failure).rejects.toThrow(
      /makes no stack file that validates, so none was written.*nodes\.two\.address/s,
    );
    expect(existsSync(fileOf("lab"))).toBe(false);
  });

  it("says when a host is in another stack of the project already", async () => {
    await run(ALL);
    await expect(run(ALL, undefined, "again")).rejects.toThrow(
      /one\.home\.example is also a member of cluster lab \(Pulumi\.lab\.yaml\)/,
    );
    expect(existsSync(fileOf("again"))).toBe(false);
  });

  it("never overwrites a file", async () => {
    writeFileSync(fileOf("lab"), "mine");
    await expect(run(ALL)).rejects.toThrow(
      /is there already, and no stack file is ever overwritten/,
    );
    expect(readFileSync(fileOf("lab"), "utf8")).toBe("mine");
  });

  it("refuses a name that no file can have", async () => {
    await expect(run(ALL, undefined, "a b")).rejects.toThrow(/is no name for a stack/);
  });

  it("names a cluster as Proxmox bears it", () => {
    expect(usualName("homelab-pve-cluster")).toBe("homelab-pve-clu");
    expect(usualName("my_lab.2")).toBe("my-lab-2");
    expect(usualName("___")).toBe("cluster");
  });
});

describe("init at a terminal", () => {
  it("asks for what no option says, takes return for what is usual, and asks again", async () => {
    const prompt = person({
      Addresses: [""],
      "Hosts as": ["one", "one=10.0.0.11 two=10.0.0.12 three=10.0.0.13"],
      "Default gateway": ["", "10.0.0.1"],
      "DNS domain": ["home.example"],
    });
    expect(await run({ timezone: "Europe/Vienna" }, prompt)).toBe(0);
    expect(specOf("lab").nodes.two?.address).toBe("10.0.0.12");
    expect(prompt.heard).toContain("write NAME=ADDRESS for each.");
    expect(
      prompt.heard.some((line) => line.startsWith("Network of the hosts (return for 10.0.0.0/24)")),
    ).toBe(true);
    expect(prompt.heard.some((line) => line.startsWith("Time zone"))).toBe(false);
  });

  it("ends without a file when the terminal is closed", async () => {
    const closed: Prompt = { say: () => undefined, ask: async () => undefined };
    await expect(run({}, closed)).rejects.toThrow(/terminal was closed.*Nothing was written/s);
    expect(existsSync(fileOf("lab"))).toBe(false);
  });
});

describe("the first contact", () => {
  const keys = [
    { address: "10.0.0.11", fingerprint: pinOf("10.0.0.11") },
    { address: "10.0.0.12", fingerprint: pinOf("10.0.0.12") },
  ];
  const pins = keys.map(({ fingerprint }) => fingerprint);

  it("needs somebody to compare the keys, or the keys", async () => {
    await expect(agreeTo(keys, undefined, undefined)).rejects.toThrow(
      /10\.0\.0\.12 {2}SHA256:.*ssh-keygen -lf.*--host-key/s,
    );
    await expect(agreeTo(keys, pins, undefined)).resolves.toBeUndefined();
  });

  it("is refused where a host shows a key that was not named", async () => {
    await expect(agreeTo(keys, pins.slice(0, 1), undefined)).rejects.toThrow(
      /10\.0\.0\.12 shows the key SHA256:\S+, which --host-key does not name/,
    );
  });

  it("is agreed to by yes and by nothing else", async () => {
    await expect(
      agreeTo(keys, undefined, person({ "Are they": ["yes"] })),
    ).resolves.toBeUndefined();
    for (const typed of ["", "y", "no"]) {
      await expect(agreeTo(keys, undefined, person({ "Are they": [typed] }))).rejects.toThrow(
        /not agreed to/,
      );
    }
  });
});
