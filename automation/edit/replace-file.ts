import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/** All of it or nothing, whatever cuts it; the file behind a link keeps being that, and its rights stay. */
export function replaceFile(file: string, text: string): void {
  const real = realpathSync(file);
  const next = `${real}.new`;
  try {
    writeFileSync(next, text, { mode: 0o600, flag: "wx" });
    chmodSync(next, statSync(real).mode & 0o777);
    renameSync(next, real);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
