/** The twin, or undefined in the npm package, which comes without it. */
export async function loadTwin(): Promise<typeof import("../twin/index.js") | undefined> {
  try {
    return await import("../twin/index.js");
  } catch (thrown) {
    if (isWithoutTwin(thrown)) {
      return undefined;
    }
    throw thrown;
  }
}

/** A module that the twin itself misses is another matter. */
function isWithoutTwin(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    thrown.code === "ERR_MODULE_NOT_FOUND" &&
    /^Cannot find module '[^']*\/twin\/index\.js'/.test(thrown.message)
  );
}
