import { SCRATCH } from "../../../../automation/restore-drill/scratch.js";
import { TASK_MARK } from "../../../../dynamic-providers/transport/pvesh/calls.js";
import type { RunResult, Shell } from "../../../../dynamic-providers/transport/ssh/run-options.js";
import { answered } from "../../../support/said.js";

type Config = Record<string, string | number>;

/** A node that restores a backup into the scratch guest, and keeps what drills note. */
export class FakeNode {
  /** What the archive holds. */
  archive: Config = {
    name: "db",
    onboot: 1,
    net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=0",
    hostpci0: "0000:01:00.0",
    agent: "1",
  };
  scratch: Config | undefined;
  status = "stopped";
  /** What the scratch guest had when it was started. */
  startedWith: Config | undefined;
  readonly told: string[] = [];
  restores = "";
  /** How often the agent is asked in vain. */
  silentPings = 2;
  restoring: "well" | "badly" = "well";
  /** It stops by itself so many looks after its start. */
  stopsAfterLooks = Number.POSITIVE_INFINITY;
  refusesRemoval = false;
  private ended = "0";

  readonly shell: Shell = {
    node: "frege",
    run: (script) => Promise.resolve(this.answer(script)),
  };

  private answer(script: string): RunResult {
    if (script.includes("systemd-run")) {
      this.restore(script);
      return done("");
    }
    if (script.includes("ActiveState")) {
      return done(`inactive\n${this.ended}\nno room\n`);
    }
    const [, noted] =
      /^printf '%s\\n' '(.*)' > \/etc\/pve\/priv\/proxmox-ha-restores/.exec(script) ?? [];
    if (noted !== undefined) {
      this.restores = noted;
      return done("");
    }
    return answered(script, (command) => this.reply(command));
  }

  private restore(script: string): void {
    const [call = ""] = /pvesh create \/nodes\/\w+\/(?:qemu|lxc) [^<]*/.exec(script) ?? [];
    this.told.push(call.trim());
    this.ended = this.restoring === "well" ? "0" : "1";
    if (this.restoring === "well") {
      this.scratch = { ...this.archive, onboot: 0, tags: "proxmox-ha-drill" };
    }
  }

  private reply(command: string): { text?: string; status?: number; errors?: string } {
    if (command.includes("proxmox-ha-restores")) {
      return { text: this.restores };
    }
    if (command.includes("extractconfig")) {
      return { text: JSON.stringify("rootfs: ceph-cts:vm-120-disk-0,size=8G\nhostname: db\n") };
    }
    const line = command.slice(command.lastIndexOf("pvesh "));
    const [, verb = "", what = "", rest = ""] =
      new RegExp(`^pvesh (\\w+) \\S+/${SCRATCH}(\\S*)(.*)$`, "s").exec(line) ?? [];
    if (verb === "get") {
      return this.shown(what);
    }
    if (command.includes("pct unlock")) {
      this.told.push("unlock");
      return { text: "" };
    }
    this.told.push(`${verb} ${what}${rest.replace(/ < \/dev\/null.*/s, "")}`.trim());
    return this.change(verb, what, rest);
  }

  private shown(what: string) {
    if (this.scratch === undefined) {
      return { status: 2, errors: "Configuration file does not exist" };
    }
    if (what === "/config") {
      return { text: JSON.stringify(this.scratch) };
    }
    this.stopsAfterLooks -= 1;
    return { text: JSON.stringify({ status: this.stopsAfterLooks < 0 ? "stopped" : this.status }) };
  }

  private change(verb: string, what: string, rest: string) {
    if (what === "/agent/ping") {
      this.silentPings -= 1;
      return this.silentPings < 0
        ? { text: "" }
        : { status: 255, errors: "QEMU guest agent is not running" };
    }
    if (verb === "delete") {
      if (this.refusesRemoval) {
        return { text: `\n${TASK_MARK}{"status":"stopped","exitstatus":"storage is busy"}` };
      }
      this.scratch = undefined;
    } else if (what === "/status/start") {
      this.status = "running";
      this.startedWith = this.scratch;
    } else if (what === "/status/shutdown") {
      this.status = "stopped";
    } else if (what === "/config") {
      const words = [...rest.matchAll(/--(\S+) ('[^']*'|\S+)/g)].map(
        ([, key = "", value = ""]): [string, string] => [key, value.replaceAll("'", "")],
      );
      const { delete: gone = "", ...keys } = Object.fromEntries(words);
      this.scratch = Object.fromEntries(
        Object.entries({ ...this.scratch, ...keys }).filter(
          ([key]) => !gone.split(",").includes(key),
        ),
      );
    }
    return { text: `\n${TASK_MARK}{"status":"stopped","exitstatus":"OK"}` };
  }
}

const done = (stdout: string): RunResult => ({ status: 0, signal: undefined, stdout, stderr: "" });
