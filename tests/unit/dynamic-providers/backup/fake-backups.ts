import { ALL_JOBS } from "../../../../dynamic-providers/backup/jobs.js";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import type { RunResult } from "../../../../dynamic-providers/transport/ssh/run-options.js";
import { answered, answeredTogether } from "../../../support/said.js";

interface FakeGuest {
  readonly vmid: number;
  readonly name: string;
  readonly gib: number;
  readonly template?: 0 | 1;
}

/** A cluster's jobs, its guests on frege, and what lies on the storage of backups. */
export class FakeBackups {
  readonly jobs = new Map<string, Record<string, unknown>>();
  readonly guests: FakeGuest[] = [];
  /** Backups by their volume. */
  readonly saved: { volid: string; vmid: number; ctime: number; size: number }[] = [];
  readonly told: string[] = [];
  /** Lines of the job's log while it runs, one a look. */
  readonly onItsWay: string[] = [];
  /** How a backup ends: with an archive, with none, or badly. */
  course: "well" | "lost" | "badly" = "well";
  /** Jobs that save none of the guests. */
  readonly emptyJobs: string[] = [];
  unsaved: { vmid: number; type: string; name: string }[] = [];
  silent = false;
  private ended = "0";

  host(): Pick<Host, "node" | "run"> {
    return { node: "frege", run: (script) => Promise.resolve(this.answer(script)) };
  }

  private answer(script: string): RunResult {
    if (this.silent) {
      throw new Error("no route to host");
    }
    if (script.includes("systemd-run")) {
      this.save(script);
      return done("");
    }
    if (script.includes("ActiveState")) {
      const log = this.onItsWay.shift();
      const end = this.ended === "0" ? "INFO: Backup job finished successfully" : "ERROR: full";
      return done(
        log === undefined ? `inactive\n${this.ended}\n${end}\n` : `active\nnone\n${log}\n`,
      );
    }
    if (script.includes("apart()")) {
      return answeredTogether(ALL_JOBS.scripts("frege"), (one) => this.answer(one));
    }
    return answered(script, (command) => this.reply(command));
  }

  private reply(command: string): { text?: string } {
    if (command.includes("configurations of guests")) {
      return { text: this.guests.map(fileOf).join("") };
    }
    const line = command.slice(command.lastIndexOf("pvesh "));
    const [, verb = "", path = "", rest = ""] = /^pvesh (\w+) (\S+)(.*)$/s.exec(line) ?? [];
    if (verb !== "get") {
      this.told.push(`${verb} ${path}${rest.replace(/ < \/dev\/null.*/s, "")}`);
      this.change(verb, path, rest);
      return { text: "" };
    }
    return { text: JSON.stringify(this.shown(path)) };
  }

  private shown(path: string): unknown {
    if (path === "/cluster/backup") {
      return [...this.jobs].map(([id, job]) => ({ id, type: "vzdump", ...job }));
    }
    if (path === "/cluster/resources") {
      return this.guests.map(({ gib: _gib, ...guest }) => ({
        ...guest,
        type: "qemu",
        node: "frege",
      }));
    }
    if (path === "/cluster/backup-info/not-backed-up") {
      return this.unsaved;
    }
    const [, job] = /^\/cluster\/backup\/(\w+)\/included_volumes$/.exec(path) ?? [];
    if (job !== undefined) {
      const saved = this.emptyJobs.includes(job) ? [] : this.guests;
      return {
        leaf: 0,
        children: saved.map(({ vmid, name }) => ({ id: vmid, type: "qemu", name, leaf: 0 })),
      };
    }
    return this.saved;
  }

  private change(verb: string, path: string, rest: string): void {
    const words = [...rest.matchAll(/--(\S+) ('[^']*'|\S+)/g)].map(
      ([, key = "", value = ""]): [string, string] => [key, value.replaceAll("'", "")],
    );
    const {
      id = path.split("/").at(-1) ?? "",
      delete: gone = "",
      ...keys
    } = Object.fromEntries(words);
    if (verb === "delete") {
      this.jobs.delete(id);
      return;
    }
    const job = { ...this.jobs.get(id), ...keys };
    this.jobs.set(
      id,
      Object.fromEntries(Object.entries(job).filter(([key]) => !gone.split(",").includes(key))),
    );
  }

  private save(script: string): void {
    const call = /pvesh create \/nodes\/\w+\/vzdump[^<]*/.exec(script)?.[0].trim() ?? "no backup";
    this.told.push(call);
    this.ended = this.course === "badly" ? "1" : "0";
    if (this.course === "well") {
      const vmid = Number(/--vmid (\d+)/.exec(call)?.[1]);
      const volid = `nas-backups:backup/vzdump-qemu-${vmid}-1.vma.zst`;
      this.saved.push({ volid, vmid, ctime: this.saved.length + 1, size: 4096 });
    }
  }
}

const done = (stdout: string): RunResult => ({ status: 0, signal: undefined, stdout, stderr: "" });

/** With a snapshot, in which the disk was larger. */
const fileOf = ({ vmid, gib }: FakeGuest): string =>
  `\n@@proxmox-ha configurations of guests ${vmid}\nscsi0: nfs-vms:${vmid}/x.raw,size=${gib}G\nide2: none,media=cdrom\n[old]\nscsi0: nfs-vms:${vmid}/x.raw,size=900G\n`;
