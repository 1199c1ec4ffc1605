/**
 * Where stacks keep what the program writes for itself: host keys, its own ssh key. Plans and with them the state name it so,
 * whichever folder it is on the machine that runs the program; the ssh transport knows where it lies.
 */
export const STACK_FOLDERS = ".proxmox-ha";

export function stackFolder(stack: string): string {
  return `${STACK_FOLDERS}/${stack}`;
}
