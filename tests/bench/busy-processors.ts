import { type ChildProcess, spawn } from "node:child_process";

/** Others on the machine that always have something to do. */
export class BusyProcessors {
  private readonly others: readonly ChildProcess[];

  constructor(count: number) {
    this.others = Array.from({ length: count }, () =>
      spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }),
    );
  }

  end(): void {
    for (const other of this.others) {
      other.kill("SIGKILL");
    }
  }
}
