import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { said } from "../../../../twin/testing/index.js";
import type { ProgramTwin } from "../../support/program-twin.js";

const about = z.object({ file: z.string(), healthy: z.boolean(), notSeen: z.array(z.string()) });

/** What it says where a part is well, by the part's name. */
const tone = (page: string, part: string): string | undefined =>
  new RegExp(`<li class="tile (\\w+)"><a href="#${part}">`).exec(page)?.[1];

/** The report on a formed cluster, and on one of which a node says nothing. */
export function reportedAsSeen(twin: () => ProgramTwin): void {
  it("is whole: every node, what it measures, and the runs with what they found; without a secret", async () => {
    const out = path.join(twin().folder, "report.html");
    const { done } = await twin().run("report", ["--out", out]);
    expect(done.status, said(done)).toBe(0);
    expect(done.stdout).toBe(`${out}\nAll nodes were seen.\n`);
    console.log(`report: ${done.seconds} s`);
    const page = readFileSync(out, "utf8");
    for (const node of ["frege", "russell", "wittgenstein"]) {
      expect(page).toContain(`<th scope="row">${node}</th>`);
    }
    for (const part of ["nodes", "votes", "networks", "storage", "fencing", "gates"]) {
      expect([part, tone(page, part)]).toEqual([part, "good"]);
    }
    expect(page).toContain("vm:100");
    // The refresh before it has found the file that was changed by hand.
    expect(page).toContain("Seen by the refresh of");
    expect(page).toMatch(/russell-names<\/th><td>host\/Files<\/td><td>[^<]*\/etc\/hosts/);
    expect(page).toContain('<svg class="bars"');
    for (const secret of twin().secrets()) {
      expect(page).not.toContain(secret);
    }
  });

  it("says of a node that nobody can ask that it was not seen, and nothing else", async () => {
    await twin().twin(["fault", twin().name, "daemon-stop", "russell", "ssh"]);
    try {
      const { done } = await twin().run("report", ["--json"]);
      expect(done.status, said(done)).toBe(0);
      const { file, healthy, notSeen } = about.parse(JSON.parse(done.stdout));
      expect([healthy, notSeen]).toEqual([false, ["russell"]]);
      const page = readFileSync(file, "utf8");
      expect(page).toContain('<th scope="row">russell</th><td>10.203.3.12</td>');
      expect(page).toContain("not seen: unreachable");
      expect(tone(page, "nodes")).toBe("unseen");
      // The others count it in, and that was seen.
      expect(tone(page, "votes")).toBe("good");
    } finally {
      await twin().twin(["heal", twin().name]);
    }
  });
}
