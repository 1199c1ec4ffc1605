import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../automation/program.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const FOLDER = path.join(ROOT, "examples", "timers");
const files = readdirSync(FOLDER).sort();
const textOf = (file: string): string => readFileSync(path.join(FOLDER, file), "utf8");
const timers = files.filter((file) => file.endsWith(".timer"));
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^ExecStart=\/opt\/proxmox-ha\/(\S+) (.+)$/gm)].map(
    ([, program = "", words = ""]) => `${program} ${words}`,
  );

describe("the timers", () => {
  it("have a service each, which tells when it fails", () => {
    expect(timers).toHaveLength(3);
    for (const timer of timers) {
      const service = timer.replace(/\.timer$/, ".service");
      expect(files).toContain(service);
      expect(textOf(service)).toContain("OnFailure=proxmox-ha-tell@%n.service");
    }
  });

  it("run commands that there are", () => {
    const commands = timers.flatMap((timer) =>
      commandsOf(textOf(timer.replace(/\.timer$/, ".service"))),
    );
    expect(commands).toEqual([
      "toolchain/proxmox-ha.cjs refresh %i",
      "toolchain/proxmox-ha.cjs preview %i",
      "toolchain/proxmox-ha.cjs status %i",
      "toolchain/proxmox-ha.cjs drill %i restore",
    ]);
    const verbs = createProgram("0.0.0").commands.map((command) => command.name());
    expect(verbs).toEqual(expect.arrayContaining(["refresh", "preview", "status", "drill"]));
  });

  it("are units that systemd takes, at times that it understands", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-units-"));
    try {
      for (const file of files) {
        // An instance, by a program that exists on every machine.
        const text = textOf(file)
          .replaceAll("/opt/proxmox-ha/toolchain/proxmox-ha.cjs", "/bin/true")
          .replaceAll("/srv/proxmox-ha", "/");
        writeFileSync(path.join(folder, file.replace("@", "@frege")), text);
      }
      const units = timers.map((timer) => path.join(folder, timer.replace("@", "@frege")));
      const said = spawnSync("systemd-analyze", ["verify", "--man=no", ...units], {
        env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
        encoding: "utf8",
      });
      // A word that systemd does not know is a complaint, and no failure.
      expect(said).toMatchObject({ status: 0, stdout: "", stderr: "" });
      for (const timer of timers) {
        const when = /^OnCalendar=(.+)$/m.exec(textOf(timer))?.[1] ?? "";
        const told = execFileSync("systemd-analyze", ["calendar", when], { encoding: "utf8" });
        expect(told).toContain("Next elapse:");
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
