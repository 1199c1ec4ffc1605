import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ClusterPlan } from "../../config/plan/index.js";
import { expectDone, type Finished, start } from "../../twin/testing/index.js";
import type { ProgramTwin } from "../e2e/support/program-twin.js";
import { writeInventory } from "./ansible-project.js";
import type { Executions } from "./executions.js";
import type { MeasuredRun } from "./measured.js";

type Side = MeasuredRun["rounds"][number]["ansible"];

const DEADLINE_MS = 1_800_000;
/** Ansible refuses to write into what does not block, as the pipes of this process do not. */
const INTO_A_FILE = '"$@" > "$0" 2>&1 < /dev/null; status=$?; cat "$0"; exit "$status"';
const project = path.join(__dirname, "ansible");

/** The other side: the same cluster by a playbook. That the hosts take its key is given to it. */
export class AnsibleSide {
  private readonly inventory: string;
  private readonly keyFile: string;
  private readonly output: string;

  constructor(
    private readonly program: string,
    private readonly folder: string,
    plan: ClusterPlan,
  ) {
    mkdirSync(folder, { recursive: true });
    this.keyFile = path.join(folder, "id_ed25519");
    this.output = path.join(folder, "output");
    this.inventory = writeInventory(folder, plan, this.keyFile);
  }

  async prepare(): Promise<void> {
    const words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", this.keyFile];
    expectDone(await start(words).finished, words.join(" "));
  }

  async measure(twin: ProgramTwin, nodes: readonly string[], hosts: Executions): Promise<Side> {
    const key = readFileSync(`${this.keyFile}.pub`, "utf8").trim();
    const admit = `printf '%s\\n' '${key}' >> /etc/ssh/proxmox-ha_authorized_keys`;
    await Promise.all(nodes.map((node) => twin.on(node, admit)));
    // The playbook closes root's password login, as the program does; with the key at the program's place the twin still gets in.
    const place = path.join(twin.programFolder, "stacks", twin.stack);
    mkdirSync(place, { recursive: true, mode: 0o700 });
    copyFileSync(this.keyFile, path.join(place, "id_ed25519"));
    const first = await hosts.during(() => this.play(twin));
    console.log(`first playbook ${first.done.seconds} s; ${recap(first.done)}`);
    const second = await hosts.during(() => this.play(twin));
    return {
      first: first.done.seconds,
      executions: first.count,
      second: second.done.seconds,
      secondExecutions: second.count,
      secondChanged: changedIn(second.done),
    };
  }

  private async play(twin: ProgramTwin): Promise<Finished> {
    const command = [this.program, "-i", this.inventory, path.join(project, "site.yml")];
    const running = twin.startInside(["sh", "-c", INTO_A_FILE, this.output, ...command], {
      env: {
        ANSIBLE_CONFIG: path.join(project, "ansible.cfg"),
        ANSIBLE_HOME: path.join(this.folder, "home"),
        ANSIBLE_LOCAL_TEMP: path.join(this.folder, "tmp"),
        ANSIBLE_SSH_CONTROL_PATH_DIR: path.join(this.folder, "cp"),
        ANSIBLE_NOCOLOR: "1",
      },
      deadlineMs: DEADLINE_MS,
    });
    const done = await running.finished;
    expectDone(done, "the playbook");
    return done;
  }
}

const recap = ({ stdout }: Finished): string =>
  stdout.slice(stdout.indexOf("PLAY RECAP")).replace(/\s+/g, " ");

function changedIn(done: Finished): number {
  const counts = [...recap(done).matchAll(/changed=(\d+)/g)].map(([, count]) => Number(count));
  return counts.reduce((sum, one) => sum + one, 0);
}
