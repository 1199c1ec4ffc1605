import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alarmOffScript, alarmScript } from "../../../../automation/maintenance/alarm.js";
import {
  isOverdue,
  parseRecords,
  RECORDS_SCRIPT,
  removeRecordScript,
  writeRecordScript,
} from "../../../../automation/maintenance/record.js";

let folder: string;
const at = (name: string): string => path.join(folder, name);
/** On a member whose folders lie here, with programs of ours before those of the machine. */
function on(script: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", moved(script)], {
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
  });
  expect(status, stderr).toBe(0);
  return stdout;
}
const moved = (script: string): string =>
  script.replaceAll(
    /\/etc\/pve\/priv|\/var\/lib\/proxmox-ha|\/etc\/systemd\/system|\/usr\/sbin(?=\/sendmail)/g,
    folder,
  );
const program = (name: string, text: string) =>
  writeFileSync(at(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maintenance-"));
  program("systemctl", "true");
  program("logger", `printf '%s\\n' "$*" >> ${at("journal")}`);
  program("sendmail", `cat > ${at("mail")}`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const kept = {
  version: 1,
  node: "russell",
  since: 1_796_000_000,
  until: 1_796_007_200,
  ha: true,
  noout: false,
  keeper: "frege",
  moved: [{ guest: 7, to: "frege" }],
} as const;

describe("the record of a maintenance", () => {
  it("is read as it was written, beside others, and is gone afterwards", () => {
    on(writeRecordScript(kept));
    on(writeRecordScript({ ...kept, node: "frege" }));
    expect(parseRecords(on(RECORDS_SCRIPT))).toEqual([{ ...kept, node: "frege" }, kept]);
    on(removeRecordScript("frege"));
    expect(parseRecords(on(RECORDS_SCRIPT))).toEqual([kept]);
  });

  it("is no record when it is half a one, or another version's", () => {
    expect(parseRecords(`${JSON.stringify(kept).slice(0, 40)}\n{"version":2}\n\n`)).toEqual([]);
  });

  it("has an end, after which it was forgotten", () => {
    expect(isOverdue(kept, kept.until)).toBe(false);
    expect(isOverdue(kept, kept.until + 1)).toBe(true);
  });
});

describe("a forgotten end", () => {
  const raise = () => on(`sh ${at("maintenance-russell.sh")}`);

  it("is told to root and in the journal, with the command that ends it", () => {
    on(writeRecordScript(kept));
    on(alarmScript(kept, "office"));
    expect(readFileSync(at("proxmox-ha-maintenance-russell.service"), "utf8")).toContain(
      "ExecStart=/bin/sh ",
    );
    // What systemd runs lies where the unit says; here it is run at once.
    writeFileSync(
      at("maintenance-russell.sh"),
      moved(readFileSync(at("maintenance-russell.sh"), "utf8")),
    );
    raise();
    expect(readFileSync(at("mail"), "utf8")).toMatch(
      /^To: root\nSubject: \[proxmox-ha\] the maintenance of russell was not ended\n.*\n\nIt began at 2026-11-30 00:53 UTC and should have ended at 2026-11-30 02:53 UTC\..*"proxmox-ha maintenance office off russell"/,
    );
    expect(readFileSync(at("journal"), "utf8")).toContain("-p daemon.alert");
  });

  it("is none once the maintenance is over, and leaves nothing behind", () => {
    on(alarmScript(kept, "office"));
    raise();
    expect(existsSync(at("mail"))).toBe(false);
    on(alarmOffScript("russell"));
    on(alarmOffScript("russell"));
    expect(existsSync(at("maintenance-russell.sh"))).toBe(false);
    expect(existsSync(at("proxmox-ha-maintenance-russell.timer"))).toBe(false);
  });
});
