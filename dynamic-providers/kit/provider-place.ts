/** From the folder of the program's own project, in which the engine starts providers. A mended provider takes effect at once there. */
const OWN_FOLDER = "./bin/dynamic-providers/index.js";
/** From any other project that has the package installed: Node finds it there, whatever version that is. */
const PACKAGE = "proxmox-ha/providers";

let place = OWN_FOLDER;

/** Where the engine will find the providers of what this program declares. */
export function providersPlace(): string {
  return place;
}

/** For components in somebody else's program, whose folder has none of our files. */
export function findProvidersByPackage(): void {
  place = PACKAGE;
}
