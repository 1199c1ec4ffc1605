import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const step = z.object({
  at: z.string(),
  host: z.string(),
  resource: z.string(),
  verb: z.string(),
  outcome: z.string(),
  changed: z.boolean(),
});
const changes = z.object({ changes: z.array(z.string()) });
const counters = z.object({ counters: z.record(z.string(), z.object({ roundTrips: z.number() })) });
export type RemoteStep = z.output<typeof step>;

/** How the screen about the cluster asks a host, with which a run ends that changed something. */
const OF_THE_SCREEN = "read the status";

/** What a run wrote about its remote steps. */
export class RunLogFile {
  constructor(readonly path: string) {}

  get text(): string {
    return existsSync(this.path) ? readFileSync(this.path, "utf8") : "";
  }

  steps(): RemoteStep[] {
    return this.entries().flatMap((entry) => {
      const parsed = step.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** The steps that make or look at what the stack file wants; the screen at the end belongs to nobody's wish. */
  ownSteps(): RemoteStep[] {
    return this.steps().filter(({ verb }) => verb !== OF_THE_SCREEN);
  }

  /** What resources were about to change. */
  changes(): string[] {
    return this.entries().flatMap((entry) => changes.safeParse(entry).data?.changes ?? []);
  }

  /** By node; processes of one run add up. */
  roundTrips(): Readonly<Record<string, number>> {
    const sum: Record<string, number> = {};
    for (const entry of this.entries()) {
      const parsed = counters.safeParse(entry);
      for (const [host, { roundTrips }] of Object.entries(
        parsed.success ? parsed.data.counters : {},
      )) {
        sum[host] = (sum[host] ?? 0) + roundTrips;
      }
    }
    return sum;
  }

  private entries(): unknown[] {
    // The last line may be half-written while the run goes on.
    return this.text
      .split("\n")
      .slice(0, -1)
      .filter((line) => line !== "")
      .map((line): unknown => JSON.parse(line));
  }
}
