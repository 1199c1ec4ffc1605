/** @returns {{ os: string, cpu: "amd64" | "arm64" }} in the spelling of plugin archives */
export function platform() {
  const cpu = process.arch === "x64" ? "amd64" : process.arch === "arm64" ? "arm64" : undefined;
  if (process.platform !== "linux" || cpu === undefined) {
    throw new Error(
      `set-up knows Linux on x64 and arm64, and this is ${process.platform} on ${process.arch}`,
    );
  }
  return { os: process.platform, cpu };
}
