/** How the kernel's own watchdog drivers call themselves, by the module that is asked for. */
export const WATCHDOG_IDENTITIES: Readonly<Record<string, readonly string[]>> = {
  softdog: ["Software Watchdog"],
  // Where ACPI has a watchdog table, the kernel keeps Intel's driver off it, and the table's own one serves.
  iTCO_wdt: ["iTCO_wdt", "wdat_wdt"],
  ipmi_watchdog: ["IPMI"],
  sp5100_tco: ["SP5100 TCO timer"],
};

/** What the kernel has to know when it loads such a module, as lines for modprobe. */
export const WATCHDOG_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  // Each serves the machines that the other one leaves alone, so that both are loaded and one of them finds its device.
  iTCO_wdt: ["softdep iTCO_wdt pre: wdat_wdt"],
  // A reset leaves a board that hangs in its firmware as it is; the way to the controller is a module of its own.
  ipmi_watchdog: ["softdep ipmi_watchdog pre: ipmi_si", "options ipmi_watchdog action=power_cycle"],
};
